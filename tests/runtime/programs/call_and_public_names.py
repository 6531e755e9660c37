# A module that takes its names from a dictionary.
import ssl

import peers

__all__ = ["connect", "wrap"]


def connect(kind):
    return ssl.wrap_socket(peers.connect(kind))


wrap = ssl.wrap_socket
public = [name for name in globals() if not name.startswith("_")]
print(sorted(public))
with connect("right") as sock, wrap(peers.connect()) as other:
    print(type(sock).__name__, type(other).__name__)
