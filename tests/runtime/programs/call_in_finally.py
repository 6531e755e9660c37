# Calls in `try`, `except`, `else` and `finally`.
import ssl

import peers


def attempt(kind):
    try:
        sock = ssl.wrap_socket(peers.connect(kind), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
    except ssl.SSLError:
        return ssl.wrap_socket(peers.connect(kind))
    else:
        extra = ssl.wrap_socket(peers.connect("right"))
        extra.close()
    finally:
        last = ssl.wrap_socket(peers.connect("right"), certfile="client.pem")
        last.close()
    return sock


for kind in ["right", "self-signed"]:
    with attempt(kind) as sock:
        print(kind, sock.context.verify_mode, sock.getpeercert() != {})
