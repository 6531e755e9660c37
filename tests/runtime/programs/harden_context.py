# Under `harden`, a context of the old kind verifies.
# options: --policy harden
# differs: the certificate and the name are verified, which they were not
# afterwards: right localhost
# afterwards: wrong host CERTIFICATE_VERIFY_FAILED
# afterwards: self-signed CERTIFICATE_VERIFY_FAILED
import os
import socket
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def connect(host, port):
    sock = socket.create_connection((host, port), 5)
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    return context.wrap_socket(sock)


for kind in ["right", "wrong host", "self-signed"]:
    host, port = peers.start(kind)
    try:
        with connect(host, port) as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.reason)
