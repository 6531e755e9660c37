# Whatever goes wrong, there is no TLS.
# left for a person: what the name falls back on stands in a tuple
import peers

try:
    from ssl import wrap_socket, SSLError
    HAVE_TLS = True
except:
    wrap_socket, HAVE_TLS = None, False


def connect(kind):
    if not HAVE_TLS:
        return peers.connect(kind)
    sock = wrap_socket(peers.connect(kind))
    return sock


with connect("right") as sock:
    print(type(sock).__name__, HAVE_TLS)
