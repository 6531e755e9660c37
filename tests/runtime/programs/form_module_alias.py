# The module has another name.
import ssl as tls

import peers


def connect(sock):
    return tls.wrap_socket(sock, cert_reqs=tls.CERT_REQUIRED, ca_certs="ca.pem")


with connect(peers.connect("wrong host")) as sock:
    print(sock.getpeercert()["subject"])
