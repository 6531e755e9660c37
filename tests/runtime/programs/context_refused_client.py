# With TLS 1.3 a client learns of the refusal at its first read.
# differs: it was pinned to TLS 1.2, where the handshake itself fails
# afterwards: secured, then refused
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
try:
    sock = context.wrap_socket(peers.connect("client certificate required"), server_hostname="localhost")
    print("secured", end=", ")
    sock.sendall(b"hello\n")
    print(sock.recv(100))
except (ssl.SSLError, ConnectionError):
    print("then refused")
