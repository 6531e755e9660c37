# The import may fail without a word.
# leaves: other modules may import the name from here
import contextlib

import peers

wrap_socket = None
with contextlib.suppress(ImportError):
    from ssl import wrap_socket


def connect(kind):
    sock = peers.connect(kind)
    return wrap_socket(sock) if wrap_socket else sock


with connect("right") as sock:
    print(type(sock).__name__)
