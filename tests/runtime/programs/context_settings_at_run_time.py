# The settings come from the configuration.
import ssl

import peers


def connect(kind, verify=False, mode=None, check=None, ca=None, cert=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    if verify:
        context.verify_mode = ssl.CERT_REQUIRED
    if mode is not None:
        context.verify_mode = mode
    if check is not None:
        context.check_hostname = check
    if ca:
        context.load_verify_locations(ca)
    if cert:
        context.load_cert_chain(cert)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "wrong host", "self-signed", "client certificate required"]:
    for options in [
        {},
        {"verify": True, "ca": "ca.pem"},
        {"verify": True, "check": True, "ca": "ca.pem", "cert": "client.pem"},
        {"mode": ssl.CERT_OPTIONAL, "ca": "ca.pem"},
        {"mode": ssl.CERT_NONE, "check": False},
        {"check": True},
    ]:
        try:
            with connect(kind, **options) as sock:
                sock.sendall(b"hello\n")
                print(kind, options, sock.recv(100))
        except ssl.SSLCertVerificationError as error:
            print(kind, options, error.verify_message)
        except OSError as error:
            print(kind, options, "refused")
