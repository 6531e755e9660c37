# A context is used, and another one is made by its protocol.
# left for a person: the copy of a client's context would check what this one does not
import ssl

import peers


class Client:
    def connect(self, kind):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        sock = context.wrap_socket(peers.connect(kind))
        again = ssl.SSLContext(context.protocol)
        with again.wrap_socket(peers.connect(kind)) as other:
            print(again.verify_mode, other.version() is not None)
        return sock


Client().connect("self-signed").close()
