# A client that is pinned to TLS 1.2 on purpose stays so: it is refused in the handshake, and by a newer server.
# options: --maximum-version keep
import ssl

import peers


def refused():
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    try:
        context.wrap_socket(peers.connect("client certificate required"), server_hostname="localhost")
        print("secured")
    except ssl.SSLError:
        print("refused in the handshake")


def not_reached():
    try:
        ssl.wrap_socket(peers.connect("TLS 1.3 only"), ssl_version=ssl.PROTOCOL_TLSv1_2)
        print("secured")
    except ssl.SSLError:
        print("no common version")


def reached():
    with ssl.wrap_socket(peers.connect(), ssl_version=ssl.PROTOCOL_TLSv1_2, ciphers="ECDHE+AESGCM") as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100), sock.version() == "TLSv1.2")


refused()
not_reached()
reached()
