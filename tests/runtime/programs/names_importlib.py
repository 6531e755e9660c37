# The module comes by its name, and has another one.
import importlib

import peers

tls = importlib.import_module("ssl")


class Client:
    ssl = tls

    def connect(self, kind):
        return tls.wrap_socket(peers.connect(kind), ssl_version=tls.PROTOCOL_TLS)


with Client().connect("self-signed") as sock:
    print(type(sock).__name__)
