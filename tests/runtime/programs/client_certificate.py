# A client that identifies itself, key first and certificate second.
import ssl

import peers


class Client:
    def __init__(self, kind):
        self.sock = peers.connect(kind)

    def secure(self, key="client.key", cert="client.crt"):
        self.sock = ssl.wrap_socket(self.sock, key, cert)
        self.sock.sendall(b"who am I\n")
        return self.sock.recv(100)


for kind in ["right", "asks for a certificate", "client certificate required"]:
    client = Client(kind)
    print(client.secure())
    client.sock.close()
