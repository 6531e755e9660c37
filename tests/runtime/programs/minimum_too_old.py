# A minimum below TLS 1.2.
import ssl

import peers


def connect(kind):
    context = ssl.create_default_context(cafile="ca.pem")
    context.minimum_version = ssl.TLSVersion.TLSv1
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "TLS 1.2 only"]:
    try:
        with connect(kind) as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError:
        print(kind, "no common version")
