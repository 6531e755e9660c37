# A server that wants a certificate refuses a client that has none, after the handshake.
import ssl

import peers

raw = peers.connect("client certificate required")
try:
    with ssl.wrap_socket(raw) as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100))
except (ssl.SSLError, ConnectionError) as error:
    print("refused")
