# Functions by scheme, with the arguments of each.
import functools
import ssl

import peers

SCHEMES = {
    "tls": (ssl.wrap_socket, {}),
    "verified": (ssl.wrap_socket, {"cert_reqs": ssl.CERT_REQUIRED, "ca_certs": "ca.pem"}),
    "mutual": (functools.partial(ssl.wrap_socket, certfile="client.pem"), {}),
    "plain": (None, {}),
}


def connect(scheme, kind):
    wrap, options = SCHEMES[scheme]
    sock = peers.connect(kind)
    return wrap(sock, **options) if wrap else sock


for scheme, kind in [("tls", "self-signed"), ("verified", "wrong host"), ("mutual", "client certificate required")]:
    with connect(scheme, kind) as sock:
        sock.sendall(b"hello\n")
        print(scheme, sock.recv(100))
try:
    connect("verified", "self-signed")
except ssl.SSLError as error:
    print(error.reason)
