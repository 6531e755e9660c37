# Under `harden`, a context that was given the name and authorities checks both.
# options: --policy harden
# differs: the name is verified, which it was not
# afterwards: right localhost
# afterwards: wrong host CERTIFICATE_VERIFY_FAILED
import ssl

import peers


def connect(kind):
    host, port = peers.start(kind)
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations("ca.pem")
    import socket

    return context.wrap_socket(socket.create_connection(("localhost", port), 5), server_hostname="localhost")


for kind in ["right", "wrong host"]:
    try:
        with connect(kind) as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.reason)
