# Flags that leave TLS 1.3 alone.
import ssl

import peers


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.options |= ssl.OP_NO_TLSv1
    context.options |= ssl.OP_NO_TLSv1_1
    context.options |= ssl.OP_NO_TLSv1_2
    return context.wrap_socket(peers.connect(kind))


for kind in ["right", "TLS 1.2 only", "TLS 1.3 only"]:
    try:
        with connect(kind) as sock:
            print(kind, sock.version()[-1])
    except ssl.SSLError:
        print(kind, "no common version")
