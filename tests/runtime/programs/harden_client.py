# Under `harden`, whoever has the wrong certificate is refused.
# options: --policy harden
# differs: the certificate and the name are verified, which they were not
# afterwards: right b'hello\n' localhost
# afterwards: wrong host CERTIFICATE_VERIFY_FAILED
# afterwards: self-signed CERTIFICATE_VERIFY_FAILED
# afterwards: expired CERTIFICATE_VERIFY_FAILED
# afterwards: other authority CERTIFICATE_VERIFY_FAILED
import os
import socket
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def connect(host, port):
    sock = socket.create_connection((host, port), timeout=5)
    return ssl.wrap_socket(sock)


for kind in ["right", "wrong host", "self-signed", "expired", "other authority"]:
    host, port = peers.start(kind)
    try:
        with connect(host, port) as sock:
            sock.sendall(b"hello\n")
            print(kind, sock.recv(100), sock.server_hostname)
    except ssl.SSLError as error:
        print(kind, error.reason)
