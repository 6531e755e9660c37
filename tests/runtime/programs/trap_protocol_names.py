# One version after the other, by their names.
# differs: it is connected at the first try
# afterwards: PROTOCOL_TLSv1 True
import ssl

import peers


def connect(address):
    import socket

    for version in ("PROTOCOL_TLSv1", "PROTOCOL_TLSv1_2"):
        try:
            return version, ssl.wrap_socket(socket.create_connection(address, 5), ssl_version=getattr(ssl, version))
        except ssl.SSLError:
            continue


version, sock = connect(peers.start("TLS 1.2 only"))
print(version, sock.version() is not None)
sock.close()
