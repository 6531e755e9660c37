# Contexts that are pinned to one version, by position, by keyword and by a name.
# leaves: what the name is for besides cannot be seen
import ssl

import peers

OLDEST = ssl.PROTOCOL_TLSv1_2


def by_position(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return context.wrap_socket(sock, server_hostname="localhost")


def by_keyword(sock):
    context = ssl.SSLContext(protocol=ssl.PROTOCOL_TLSv1_2)
    return context.wrap_socket(sock, server_hostname="localhost")


def by_name(sock):
    context = ssl.SSLContext(OLDEST)
    return context.wrap_socket(sock, server_hostname="localhost")


for secure in [by_position, by_keyword, by_name]:
    with secure(peers.connect("TLS 1.2 only")) as sock:
        sock.sendall(b"hello\n")
        print(secure.__name__, sock.recv(100), sock.version())
