# A function of the file sets what another one made.
import ssl

import peers


def configure(context, ca, check):
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    if check:
        context.check_hostname = True


def connect(kind, check):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    configure(context, "ca.pem", check)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "wrong host", "self-signed"]:
    for check in [True, False]:
        try:
            with connect(kind, check) as sock:
                print(kind, check, peers.common_name(sock.getpeercert()))
        except ssl.SSLError as error:
            print(kind, check, error.verify_message)
