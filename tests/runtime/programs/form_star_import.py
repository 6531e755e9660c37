# All names of the module.
from ssl import *

import peers


def connect(sock):
    return wrap_socket(sock, cert_reqs=CERT_REQUIRED, ca_certs="ca.pem")


try:
    connect(peers.connect("other authority"))
except SSLError as error:
    print(error.reason)
connect(peers.connect()).close()
