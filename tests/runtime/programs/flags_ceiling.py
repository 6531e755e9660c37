# Flags that leave TLS 1.2 alone, and others that have nothing to do with it.
import ssl

import peers


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_3
    context.options |= ssl.OP_NO_SSLv3 | ssl.OP_NO_TICKET
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "TLS 1.2 only", "TLS 1.3 only"]:
    try:
        with connect(kind) as sock:
            print(kind, sock.version()[-1], bool(sock.context.options & ssl.OP_NO_TICKET))
    except ssl.SSLError:
        print(kind, "no common version")
