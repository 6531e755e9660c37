# A name that is bound among the arguments.
# needs: 3.8
import ssl

import peers


class Raw:
    ca = "ca.pem"

    def __init__(self, kind):
        self.sock = peers.connect(kind)


def connect(kind):
    return ssl.wrap_socket((raw := Raw(kind)).sock, ca_certs=raw.ca, cert_reqs=ssl.CERT_REQUIRED)


with connect("wrong host") as sock:
    print(peers.common_name(sock.getpeercert()))
