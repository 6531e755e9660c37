# The version comes from a table of the settings.
# leaves: what the table is for besides cannot be seen
import ssl

import peers

VERSIONS = {"auto": ssl.PROTOCOL_TLS, "2": ssl.PROTOCOL_TLSv1_2}


def connect(kind, version):
    return ssl.wrap_socket(peers.connect(kind), ssl_version=VERSIONS[version])


for version in ["auto", "2"]:
    sock = connect("right", version)
    sock.sendall(b"hello\n")
    print(version, sock.recv(100))
    sock.close()
