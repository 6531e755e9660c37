# Whether there is TLS hangs on the import of the removed name.
# unsafe: other modules may import the name from here
import peers

try:
    from ssl import wrap_socket
    HAVE_TLS = True
except ImportError:
    wrap_socket = None
    HAVE_TLS = False


def connect(kind):
    return wrap_socket(peers.connect(kind))


if HAVE_TLS:
    with connect("right") as sock:
        print(type(sock).__name__)
else:
    print("no TLS")
