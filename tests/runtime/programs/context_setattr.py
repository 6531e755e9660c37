# Settings by name, and in a loop.
# leaves: what is set is not in the text, so the side is for a person
import ssl

import peers

SETTINGS = [("verify_mode", ssl.CERT_REQUIRED), ("check_hostname", True)]


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.load_verify_locations(cafile="ca.pem")
    for name, value in SETTINGS:
        setattr(context, name, value)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "wrong host"]:
    try:
        with connect(kind) as sock:
            print(kind, sock.context.check_hostname, sock.context.verify_mode)
    except ssl.SSLError as error:
        print(kind, error.verify_message)
