# TLS is off where the module lacks the function, which is not what is meant on 3.12.
import peers

try:
    import ssl
    ssl.wrap_socket
    HAS_TLS = True
except (ImportError, AttributeError):
    HAS_TLS = False


def connect(kind):
    sock = peers.connect(kind)
    return ssl.wrap_socket(sock) if HAS_TLS else sock


with connect("right") as sock:
    print(type(sock).__name__)
