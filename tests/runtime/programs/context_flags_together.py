# Verification by a flag, in both orders.
import ssl

import peers


def one(kind, verify):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_verify_locations("ca.pem")
    context.check_hostname = bool(verify)
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


def two(kind, verify):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_verify_locations("ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    context.check_hostname = verify
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


def three(kind, verify):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.check_hostname = True
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.load_verify_locations("ca.pem")
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for function in [one, two, three]:
    for kind in ["right", "wrong host", "self-signed"]:
        for verify in [True, False]:
            try:
                with function(kind, verify) as sock:
                    print(function.__name__, kind, verify, sock.context.verify_mode, sock.context.check_hostname)
            except ssl.SSLError as error:
                print(function.__name__, kind, verify, error.verify_message)
