# A context where none was given.
# leaves: where no statement can stand, it is for a person
import ssl

import peers


def connect(kind, context=None):
    context = context or ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


def other(kind, verify=False):
    context = ssl.create_default_context(cafile="ca.pem") if verify else ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


def plain(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


with connect("self-signed") as sock, other("self-signed") as second, plain("right") as third:
    print(sock.context.verify_mode, second.context.verify_mode, third.context.verify_mode)
