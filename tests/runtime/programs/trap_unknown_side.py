# A class that listens in one method and secures something in another.
# leaves: which side the context is for is for a person, and `PROTOCOL_TLS` works for both
import socket
import ssl

import peers


class Transport:
    def __init__(self, key=None, cert=None):
        self.key = key
        self.cert = cert

    def listen(self):
        self.listener = self.secure(socket.socket())
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)

    def connect(self, address):
        self.sock = self.secure(socket.socket())
        self.sock.connect(address)

    def secure(self, sock):
        return ssl.wrap_socket(sock, self.key, self.cert)


server = Transport("server.key", "server.crt")
server.listen()
visitor = peers.visit(server.listener.getsockname())
conn, _ = server.listener.accept()
conn.sendall(conn.recv(100))
print(visitor.join())
client = Transport()
client.connect(peers.start("asks for a certificate"))
client.sock.sendall(b"hello\n")
print(client.sock.recv(100))
client.sock.close()
