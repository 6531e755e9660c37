# The new name must not be taken for one of the module.
import ssl

import peers

context = "of the module"


def connect():
    sock = ssl.wrap_socket(peers.connect())
    return sock


def show():
    return context


connect().close()
print(show(), context)
