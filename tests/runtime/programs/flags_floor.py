# Flags that leave TLS 1.2 and newer.
import ssl

import peers


def connect(kind):
    context = ssl.create_default_context(cafile="ca.pem")
    context.options |= ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3 | ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "TLS 1.2 only", "TLS 1.3 only", "TLS 1.0 only"]:
    try:
        with connect(kind) as sock:
            print(kind, sock.version()[:3], sock.context.check_hostname)
    except ssl.SSLError:
        print(kind, "no common version")
