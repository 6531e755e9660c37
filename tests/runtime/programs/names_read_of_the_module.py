# The function reads a name of the module that the rewrite would like to have.
import ssl

import peers

context = {"kind": "right"}


def connect():
    sock = ssl.wrap_socket(peers.connect(context["kind"]))
    print(context)
    return sock


def change():
    global context
    sock = ssl.wrap_socket(peers.connect(context["kind"]))
    context = {"kind": "wrong host"}
    return sock


def outer():
    context = "of the outer function"

    def inner():
        nonlocal context
        sock = ssl.wrap_socket(peers.connect())
        context = "changed"
        return sock

    inner().close()
    return context


connect().close()
change().close()
connect().close()
print(outer())
