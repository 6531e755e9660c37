# A context that turns the check of the name on.
import ssl

import peers


def connect(kind, host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    context.load_verify_locations(cafile="ca.pem")
    return context.wrap_socket(peers.connect(kind), server_hostname=host)


for kind, host in [
    ("right", "localhost"),
    ("wrong host", "localhost"),
    ("wrong host", "other.example"),
    ("right", "127.0.0.1"),
    ("for the address", "127.0.0.1"),
    ("self-signed", "localhost"),
    ("right", None),
]:
    try:
        with connect(kind, host) as sock:
            print(kind, host, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, host, error.verify_message)
    except ValueError as error:
        print(kind, host, error)
