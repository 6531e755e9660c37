# A parameter called `ssl` that says whether there is to be TLS.
import ssl as _ssl

import peers


def connect(kind, ssl=True, ssl_context=None):
    sock = peers.connect(kind)
    if ssl:
        sock = _ssl.wrap_socket(sock, ca_certs=ssl_context)
    return sock


for flag in [True, False]:
    with connect("right" if flag else "plain", ssl=flag) as sock:
        print(type(sock).__name__)
