# A context of the old kind that verifies nothing and names the host.
import ssl

import peers


def connect(sock, host):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    return context.wrap_socket(sock, server_hostname=host)


for kind in ["right", "wrong host", "self-signed", "expired"]:
    with connect(peers.connect(kind), "localhost") as sock:
        sock.sendall(b"hello\n")
        print(kind, sock.recv(100), sock.server_hostname, sock.getpeercert())
with connect(peers.connect(), None) as sock:
    print(sock.server_hostname, sock.context.verify_mode, sock.context.check_hostname)
try:
    connect(peers.connect(), "")
except ValueError as error:
    print(error)
