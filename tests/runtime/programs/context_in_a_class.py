# The context of a class, made once for all.
# leaves: a method that anybody may call returns it
import ssl

import peers


class Client:
    _context = None

    @classmethod
    def context(cls):
        if cls._context is None:
            cls._context = ssl.SSLContext(ssl.PROTOCOL_TLS)
            cls._context.load_verify_locations("ca.pem")
            cls._context.verify_mode = ssl.CERT_REQUIRED
        return cls._context

    def connect(self, kind):
        return self.context().wrap_socket(peers.connect(kind), server_hostname="localhost")


for kind in ["right", "wrong host", "self-signed"]:
    try:
        with Client().connect(kind) as sock:
            print(kind, sock.context is Client.context())
    except ssl.SSLError as error:
        print(kind, error.reason)
