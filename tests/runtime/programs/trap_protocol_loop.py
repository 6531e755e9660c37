# One version after the other.
# unsafe: the program means old versions
# leaves: the constants in the list are for a person
# differs: it is connected at the first try
# afterwards: 3 True
import ssl

import peers


def connect(address):
    import socket

    for version in (ssl.PROTOCOL_TLSv1, ssl.PROTOCOL_TLSv1_2):
        try:
            return version, ssl.wrap_socket(socket.create_connection(address, 5), ssl_version=version)
        except ssl.SSLError:
            continue


version, sock = connect(peers.start("TLS 1.2 only"))
print(int(version), sock.version() is not None)
sock.close()
