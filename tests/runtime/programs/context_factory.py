# A private function makes the context, and its callers use it.
import ssl

import peers


def _make(ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    if ca:
        context.load_verify_locations(ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def connect(kind, host, ca=None):
    return _make(ca).wrap_socket(peers.connect(kind), server_hostname=host)


with connect("self-signed", "localhost") as sock:
    print(sock.getpeercert())
with connect("wrong host", "localhost", "ca.pem") as sock:
    print(peers.common_name(sock.getpeercert()))
