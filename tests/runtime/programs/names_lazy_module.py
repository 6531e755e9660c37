# The module is imported when it is needed, and is None until then.
import peers

ssl = None


def load():
    global ssl
    if ssl is None:
        import ssl
    return ssl


def connect(kind):
    load()
    return ssl.wrap_socket(peers.connect(kind), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")


with connect("wrong host") as sock:
    print(sock.getpeercert() != {})
