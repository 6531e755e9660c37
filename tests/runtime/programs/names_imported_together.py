# Several modules in one import, a name that is deleted, a name for type checkers.
import os, ssl, socket; import sys
from typing import TYPE_CHECKING

import peers

if TYPE_CHECKING:
    from ssl import SSLSocket


def connect(kind) -> "SSLSocket":
    return ssl.wrap_socket(peers.connect(kind))


def late(kind):
    import ssl as s

    wrap = lambda raw: s.wrap_socket(raw)
    return wrap(peers.connect(kind))


for function in [connect, late]:
    with function("right") as sock:
        print(type(sock).__name__, os.sep, socket.AF_INET > 0)
del os
