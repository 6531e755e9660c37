# Under `harden`, a socket that is connected later fails where it did.
# options: --policy harden
# differs: the certificate and the name are verified, which they were not
# afterwards: wrapped
# afterwards: right connected
# afterwards: wrapped
# afterwards: wrong host CERTIFICATE_VERIFY_FAILED
import os
import socket
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def connect(host, port):
    sock = ssl.wrap_socket(socket.socket())
    print("wrapped")
    sock.connect((host, port))
    return sock


for kind in ["right", "wrong host"]:
    host, port = peers.start(kind)
    try:
        connect(host, port).close()
        print(kind, "connected")
    except ssl.SSLError as error:
        print(kind, error.reason)
