# A server that accepts and then secures the connection.
import socket
import ssl

import peers


class Server:
    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)

    def accept(self):
        conn, address = self.listener.accept()
        return ssl.wrap_socket(conn, server_side=True, certfile="server.crt", keyfile="server.key"), address


server = Server()
visitor = peers.visit(server.listener.getsockname())
conn, address = server.accept()
print(address[0], conn.server_side, conn.getpeercert())
conn.sendall(conn.recv(100).upper())
print(visitor.join())
conn.close()
