# All names of the module, and what to do without it.
try:
    from ssl import *
except ImportError:
    SSLError = None
import peers


def connect(kind):
    try:
        return wrap_socket(peers.connect(kind), cert_reqs=CERT_REQUIRED, ca_certs="ca.pem")
    except SSLError as error:
        return error.verify_message


print(connect("self-signed"))
connect("right").close()
