# The version is the default of a parameter.
# leaves: others may read the attribute
import ssl

import peers


class Client:
    def __init__(self, ssl_version=ssl.PROTOCOL_TLSv1_2, ca_certs=None):
        self.ssl_version = ssl_version
        self.ca_certs = ca_certs

    def connect(self, kind):
        return ssl.wrap_socket(peers.connect(kind), ssl_version=self.ssl_version, ca_certs=self.ca_certs)


with Client().connect("self-signed") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
