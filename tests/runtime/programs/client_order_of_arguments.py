# Arguments that do something are evaluated once, in their order, before the context is made.
import ssl

import peers


class Client:
    def dial(self):
        print("dial")
        return peers.connect()

    def certificate(self):
        print("certificate")
        return "client.pem"

    authorities = "ca.pem"

    def connect(self):
        return ssl.wrap_socket(self.dial(), certfile=self.certificate(), ca_certs=self.authorities)


with Client().connect() as sock:
    print(sock.recv is not None)


def refuse():
    print("refuse")
    raise ConnectionRefusedError("nobody is there")


try:
    ssl.wrap_socket(refuse(), certfile="nowhere.pem")
except OSError as error:
    print(type(error).__name__, error)

def without_certificate():
    return ssl.wrap_socket(Client().dial(), certfile="nowhere.pem")


try:
    without_certificate()
except OSError as error:
    print(type(error).__name__)
