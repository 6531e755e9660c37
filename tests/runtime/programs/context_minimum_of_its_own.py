# The program sets versions itself.
import ssl

import peers


def strict(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context.wrap_socket(peers.connect(kind))


def bounded(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(peers.connect(kind))


for connect in [strict, bounded]:
    for kind in ["TLS 1.2 only", "TLS 1.3 only"]:
        try:
            with connect(kind) as sock:
                print(connect.__name__, kind, sock.version()[-1])
        except ssl.SSLError:
            print(connect.__name__, kind, "no common version")
