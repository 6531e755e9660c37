# What is a module's own constant and what it is compared with.
# leaves: the constant is compared, which comes out otherwise with another one
import ssl

import peers

DEFAULT = ssl.PROTOCOL_TLS


def connect(kind, version=DEFAULT):
    if version == ssl.PROTOCOL_TLS:
        print("any version")
    return ssl.wrap_socket(peers.connect(kind), ssl_version=version)


connect("right").close()
