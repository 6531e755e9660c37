# Under `harden`, the authorities that the program names are the only ones.
# options: --policy harden
# differs: the name is verified, which it was not
# afterwards: right localhost
# afterwards: wrong host CERTIFICATE_VERIFY_FAILED
# afterwards: other authority CERTIFICATE_VERIFY_FAILED
import os
import socket
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("stranger-ca.pem")


class Client:
    def __init__(self, host, port, ca_certs=None):
        self.host = host
        self.port = port
        self.ca_certs = ca_certs

    def connect(self):
        self.sock = socket.socket()
        self.sock.connect((self.host, self.port))
        self.sock = ssl.wrap_socket(self.sock, ca_certs=self.ca_certs, cert_reqs=ssl.CERT_REQUIRED)
        return self.sock


for kind in ["right", "wrong host", "other authority"]:
    try:
        with Client(*peers.start(kind), ca_certs="ca.pem").connect() as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.reason)
