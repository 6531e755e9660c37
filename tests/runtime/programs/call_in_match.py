# A call in a `case`.
# needs: 3.10
import ssl

import peers


def connect(options):
    match options:
        case {"tls": True, "ca": ca}:
            return ssl.wrap_socket(peers.connect(), ca_certs=ca, cert_reqs=ssl.CERT_REQUIRED)
        case {"tls": True}: return ssl.wrap_socket(peers.connect("self-signed"))
        case _:
            return None


for options in [{"tls": True, "ca": "ca.pem"}, {"tls": True}, {}]:
    sock = connect(options)
    print(options, type(sock).__name__)
    if sock:
        sock.close()
