# The function is an attribute of a class, made static since it would be a method.
import ssl

import peers


class Client:
    wrap = staticmethod(ssl.wrap_socket)
    options = {"ca_certs": "ca.pem", "cert_reqs": ssl.CERT_REQUIRED}

    def connect(self, kind):
        return self.wrap(peers.connect(kind), **self.options)


with Client().connect("right") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
try:
    Client().connect("other authority")
except ssl.SSLError as error:
    print(error.reason)
