# The new variable has the name that the project wants, unless that is taken.
# options: --context-name tls
import ssl

import peers


def plain(sock):
    return ssl.wrap_socket(sock)


def taken(sock, tls="taken"):
    secure = ssl.wrap_socket(sock)
    print(tls)
    return secure


for secure in [plain, taken]:
    with secure(peers.connect()) as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100))
