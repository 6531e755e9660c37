# A class of the program's own.
# leaves: which side the class is for cannot be seen
import ssl

import peers


class Context(ssl.SSLContext):
    def __new__(cls, *args):
        return super().__new__(cls, ssl.PROTOCOL_TLS)

    def wrap(self, kind):
        return self.wrap_socket(peers.connect(kind), server_hostname="localhost")


def plain(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(peers.connect(kind))


with Context().wrap("right") as sock:
    print(type(sock.context).__name__)
plain("right").close()
