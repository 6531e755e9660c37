# One context under two names, and contexts that are optional.
import ssl

import peers


class Client:
    def __init__(self, context=None):
        self.context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def connect(self, kind):
        context = self.plain = ssl.SSLContext(ssl.PROTOCOL_TLS)
        return context.wrap_socket(peers.connect(kind), server_hostname="localhost")

    def again(self, kind):
        return self.plain.wrap_socket(peers.connect(kind))


client = Client()
with client.connect("self-signed") as sock, client.again("wrong host") as other:
    print(sock.context is client.plain, other.context is client.plain, client.plain.check_hostname)
