# A client that is pinned to TLS 1.2 is not given a floor above that.
# left for a person: whether its servers speak TLS 1.3 is not in the text
# options: --minimum-version TLSv1_3
import ssl

import peers


def by_call(sock):
    return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1_2)


def by_maximum(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(sock, server_hostname="localhost")


def by_flag(sock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.options |= ssl.OP_NO_TLSv1_3
    return context.wrap_socket(sock, server_hostname="localhost")


for secure in [by_call, by_maximum, by_flag]:
    with secure(peers.connect("TLS 1.2 only")) as sock:
        sock.sendall(b"hello\n")
        print(secure.__name__, sock.recv(100))
