# Several names that fall back together.
# unsafe: other modules may import the name from here
import peers

try:
    from ssl import (
        CERT_REQUIRED,
        SSLError,
        wrap_socket,
    )
except ImportError:
    wrap_socket = CERT_REQUIRED = None
    SSLError = OSError


def connect(kind):
    try:
        return wrap_socket(peers.connect(kind), cert_reqs=CERT_REQUIRED, ca_certs="ca.pem")
    except SSLError as error:
        return error.reason


print(connect("self-signed"))
connect("right").close()
