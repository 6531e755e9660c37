# Comments among the arguments.
import ssl

import peers


def connect(sock, cert):
    return ssl.wrap_socket(
        sock,
        certfile=cert,  # ours
        # the peer has none
        cert_reqs=ssl.CERT_NONE,
    )  # pylint: disable=no-member


with connect(peers.connect("client certificate required"), "client.pem") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
