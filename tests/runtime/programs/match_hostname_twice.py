# The host name is compared in the handshake already, and then again.
# unsafe: the common name is not compared any more
import socket
import ssl

import peers


def connect(kind, host):
    context = ssl.create_default_context(cafile="ca.pem")
    secure = context.wrap_socket(peers.connect(kind), server_hostname=host)
    ssl.match_hostname(secure.getpeercert(), host)
    return secure


for kind in ["right", "wrong host"]:
    try:
        with connect(kind, "localhost") as sock:
            print(kind, sock.server_hostname)
    except ssl.CertificateError as error:
        print(kind, type(error).__name__)
