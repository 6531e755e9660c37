# The flags are assigned, which clears those that are there from the start.
# leaves: whether that is meant is for a person
import ssl

import peers


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.options = ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return context.wrap_socket(peers.connect(kind))


for kind in ["right", "TLS 1.2 only", "TLS 1.3 only"]:
    with connect(kind) as sock:
        print(kind, sock.version() is not None, bool(sock.context.options & ssl.OP_NO_COMPRESSION))
