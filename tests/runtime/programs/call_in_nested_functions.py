# Functions in functions, and what they close over.
import ssl

import peers


def outer(kind, ca):
    sock = None

    def connect():
        nonlocal sock
        sock = ssl.wrap_socket(peers.connect(kind), ca_certs=ca, cert_reqs=ssl.CERT_REQUIRED)

    def answer():
        sock.sendall(b"hello\n")
        return sock.recv(100)

    connect()
    try:
        return answer()
    finally:
        sock.close()


print(outer("wrong host", "ca.pem"))
