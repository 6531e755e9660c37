# The old function took no folder.
import ssl

import peers


def connect(ca):
    return ssl.wrap_socket(peers.connect(), ca_certs=ca, cert_reqs=ssl.CERT_REQUIRED)


try:
    connect(".")
except OSError as error:
    print(type(error).__name__)
