# A version that may be None.
# needs: 3.10
import ssl

import peers


def connect(kind, version=None):
    return ssl.wrap_socket(peers.connect(kind), ssl_version=version)


with connect("right") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
