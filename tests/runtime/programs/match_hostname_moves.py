# The host name that the program compares is compared in the handshake.
# unsafe: names are compared a little differently
# differs: the server learns of the refusal, since it comes with the handshake
import ssl

import peers


def connect(kind, host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations("ca.pem")
    sock = context.wrap_socket(peers.connect(kind), server_hostname=host)
    ssl.match_hostname(sock.getpeercert(), host)
    return sock


for kind in ["right", "wrong host", "self-signed"]:
    try:
        with connect(kind, "localhost") as sock:
            print(kind, sock.server_hostname)
    except ssl.SSLError as error:
        print(kind, type(error).__name__)
    except ValueError as error:
        print(kind, "ValueError")
