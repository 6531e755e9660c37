# The arguments are in a list.
# leaves: the constants in the list are for whatever the list is for
import ssl

import peers


def secure(*args):
    return ssl.wrap_socket(*args)


for arguments in [
    (),
    ("client.key", "client.crt"),
    ("client.key",),
    (None, None, False, ssl.CERT_REQUIRED, ssl.PROTOCOL_TLS, "ca.pem", True, True, "HIGH"),
    (None, None, False, ssl.CERT_REQUIRED, ssl.PROTOCOL_TLS, "ca.pem", False),
    (None,) * 12,
]:
    try:
        with secure(peers.connect("asks for a certificate"), *arguments) as sock:
            sock.do_handshake()
            print(len(arguments), sock.getpeercert() != {}, sock.do_handshake_on_connect)
    except (TypeError, ValueError) as error:
        print(len(arguments), type(error).__name__)
try:
    secure()
except TypeError:
    print("no socket")
