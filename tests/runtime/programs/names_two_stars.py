# Two modules give all their names.
from socket import *
from ssl import *

import peers


def connect(address):
    sock = create_connection(address, 5)
    return wrap_socket(sock)


make = lambda kind: wrap_socket(create_connection(peers.start(kind), 5), ca_certs="ca.pem", cert_reqs=CERT_REQUIRED)

with connect(peers.start("self-signed")) as sock, make("wrong host") as other:
    print(sock.context.verify_mode, other.context.verify_mode)
