# Flags that only some runs set.
import ssl

import peers


def connect(kind, old):
    context = ssl.create_default_context(cafile="ca.pem")
    if not old:
        context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_2
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["TLS 1.2 only", "TLS 1.3 only"]:
    for old in [True, False]:
        try:
            with connect(kind, old) as sock:
                print(kind, old, sock.version()[-1])
        except ssl.SSLError:
            print(kind, old, "no common version")
