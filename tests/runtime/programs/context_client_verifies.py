# A context that verifies, and does not look at the name.
import ssl

import peers


def connect(kind, host="localhost"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations("ca.pem")
    return context.wrap_socket(peers.connect(kind), server_hostname=host)


for kind in ["right", "wrong host", "self-signed", "expired", "other authority"]:
    try:
        with connect(kind) as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.verify_message)
