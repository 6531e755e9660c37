# Where the import fails there is no TLS, so the import must not fail on 3.12.
import peers

try:
    from ssl import wrap_socket
except ImportError:
    HAVE_TLS = False
else:
    HAVE_TLS = True


def connect(sock):
    return wrap_socket(sock) if HAVE_TLS else sock


def secure(sock):
    return wrap_socket(sock)


for function in [connect, secure]:
    with function(peers.connect()) as sock:
        print(HAVE_TLS, type(sock).__name__)
