# Two calls in one statement, the second after the first.
import ssl

import peers


def both(left, right):
    return ssl.wrap_socket(left), ssl.wrap_socket(right)


for sock in both(peers.connect(), peers.connect("self-signed")):
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
