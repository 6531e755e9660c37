# Where the import fails, the name is None, and the program asks for that.
import peers

try:
    from ssl import wrap_socket as ssl_wrap_socket
except ImportError:
    ssl_wrap_socket = None


def connect(kind):
    if ssl_wrap_socket is None:
        raise RuntimeError("no TLS")
    return ssl_wrap_socket(peers.connect(kind))


with connect("right") as sock:
    print(type(sock).__name__, bool(ssl_wrap_socket))
