# Verification and the check of the name are switched off, in both orders.
import ssl

import peers


def first(sock, host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.verify_mode = ssl.CERT_NONE
    context.check_hostname = False
    return context.wrap_socket(sock, server_hostname=host)


def second(sock, host):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock, server_hostname=host)


for connect in [first, second]:
    with connect(peers.connect("self-signed"), "localhost") as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100), sock.context.verify_mode)
