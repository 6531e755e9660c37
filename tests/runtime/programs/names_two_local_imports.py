# Each function imports what it needs.
import peers


def one(kind):
    from ssl import wrap_socket, CERT_REQUIRED
    return wrap_socket(peers.connect(kind), cert_reqs=CERT_REQUIRED, ca_certs="ca.pem")


def two(kinds):
    from ssl import wrap_socket as secure
    return [secure(peers.connect(kind)) for kind in kinds]


def three(kind, **options):
    import ssl
    return (lambda raw: ssl.wrap_socket(raw, **options))(peers.connect(kind))


one("right").close()
for sock in two(["right", "self-signed"]):
    sock.close()
with three("wrong host", ca_certs="ca.pem", cert_reqs=2) as sock:
    print(sock.getpeercert() != {})
