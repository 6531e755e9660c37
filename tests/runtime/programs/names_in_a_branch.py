# The import stands in an `if`.
import sys

import peers

if sys.version_info >= (3, 0):
    from ssl import wrap_socket, CERT_NONE
    import ssl as module
else:
    wrap_socket = None


def connect(kind):
    return wrap_socket(peers.connect(kind), cert_reqs=CERT_NONE)


def other(kind):
    return module.wrap_socket(peers.connect(kind))


connect("right").close()
other("self-signed").close()
