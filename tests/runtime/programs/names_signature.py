# A program that looks at the function before it calls it.
import inspect
import ssl

import peers


def call(function, sock, **options):
    known = inspect.signature(function).parameters
    return function(sock, **{name: value for name, value in options.items() if name in known})


print(list(inspect.signature(ssl.wrap_socket).parameters))
with call(ssl.wrap_socket, peers.connect("right"), ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED, timeout=5) as sock:
    print(sock.getpeercert() != {})
