# The context of an object, used in other methods.
import ssl

import peers


class Client:
    def __init__(self, ca=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        if ca:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(ca)

    def connect(self, kind):
        self.sock = self.context.wrap_socket(peers.connect(kind), server_hostname="localhost")
        return self.sock


for ca in [None, "ca.pem"]:
    client = Client(ca)
    for kind in ["right", "wrong host", "self-signed"]:
        try:
            with client.connect(kind) as sock:
                print(ca, kind, peers.common_name(sock.getpeercert()))
        except ssl.SSLError as error:
            print(ca, kind, error.reason)
