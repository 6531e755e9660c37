# An authority that does not say what its key is for, which 3.13's default context refuses.
import ssl

import peers


def connect(sock):
    return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs="plain-ca.pem")


with connect(peers.connect("authority without key usage")) as sock:
    print(peers.common_name(sock.getpeercert()))
