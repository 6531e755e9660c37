# A context where there are contexts, the function where there are none.
import peers

try:
    from ssl import SSLContext, PROTOCOL_SSLv23, CERT_NONE
except ImportError:
    SSLContext = None


def connect(kind):
    if SSLContext is None:
        raise RuntimeError("an old Python")
    context = SSLContext(PROTOCOL_SSLv23)
    context.verify_mode = CERT_NONE
    return context.wrap_socket(peers.connect(kind), server_hostname="localhost")


with connect("self-signed") as sock:
    print(sock.context.check_hostname)
