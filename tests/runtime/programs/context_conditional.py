# Of two contexts one is used.
import ssl

import peers


def connect(kind, verify):
    if verify:
        context = ssl.create_default_context(cafile="ca.pem")
        context.check_hostname = False
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["wrong host", "self-signed"]:
    for verify in [True, False]:
        try:
            with connect(kind, verify) as sock:
                print(kind, verify, sock.context.verify_mode)
        except ssl.SSLError as error:
            print(kind, verify, error.verify_message)
