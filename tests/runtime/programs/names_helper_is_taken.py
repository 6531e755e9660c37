# The program has a function of the helper's name, and one that hides it.
import ssl

import peers


def _wrap_socket(sock):
    return "mine"


def connect(_ssl_wrap_socket):
    make = lambda: ssl.wrap_socket(peers.connect())
    return make(), _ssl_wrap_socket


sock, name = connect("hidden")
print(_wrap_socket(None), name, type(sock).__name__)
sock.close()
