# The module comes from a function.
import peers

tls = __import__("ssl")


def connect(sock):
    return tls.wrap_socket(sock)


with connect(peers.connect()) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
