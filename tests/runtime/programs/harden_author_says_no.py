# Under `harden`, undoing what the author has decided is unsafe.
# options: --policy harden
# unsafe: the program says itself that certificates are not to be verified
# differs: the certificate and the name are verified, which they were not
# afterwards: right True
# afterwards: self-signed refused
import os
import socket
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def connect(host, port):
    sock = socket.create_connection((host, port), 5)
    return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_NONE)


for kind in ["right", "self-signed"]:
    host, port = peers.start(kind)
    try:
        with connect(host, port) as sock:
            print(kind, sock.version() is not None)
    except ssl.SSLError:
        print(kind, "refused")
