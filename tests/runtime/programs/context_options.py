# Flags that have nothing to do with versions.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
before = context.options
with context.wrap_socket(peers.connect("TLS 1.2 only")) as sock:
    print(sock.compression(), context.options == before, bool(context.options & ssl.OP_NO_TICKET))
    sock.sendall(b"hello\n")
    print(sock.recv(100))
