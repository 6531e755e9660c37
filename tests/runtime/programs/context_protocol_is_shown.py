# A program that tells its protocol.
# differs: the protocol is another one
# afterwards: PROTOCOL_TLS_CLIENT
import ssl

import peers


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    print(context.protocol.name)
    return context.wrap_socket(peers.connect(kind))


connect("right").close()
