# A setting that Python refuses is refused as before.
import ssl

import peers


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.check_hostname = True
    context.load_verify_locations("ca.pem")
    try:
        context.verify_mode = ssl.CERT_NONE
    except ValueError as error:
        print(error)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


connect("right").close()
