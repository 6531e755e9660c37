# A branch for Pythons that have no contexts.
# left alone: it does not run on a Python that has them
import ssl
import sys

import peers


def connect(kind, host):
    sock = peers.connect(kind)
    if hasattr(ssl, "SSLContext"):
        context = ssl.create_default_context(cafile="ca.pem")
        return context.wrap_socket(sock, server_hostname=host)
    return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")


def again(kind):
    if sys.version_info < (3, 2):
        return ssl.wrap_socket(peers.connect(kind))
    return connect(kind, "localhost")


with again("right") as sock:
    print(sock.server_hostname)
