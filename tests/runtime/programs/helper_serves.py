# The function is called with what the command line says, for both sides.
# unsafe: this file serves, and a socket that listens needs to be told
import socket
import ssl

import peers


class Endpoint:
    def __init__(self, **options):
        self.options = options
        self.sock = socket.socket()

    def listen(self):
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(1)
        return self.sock.getsockname()

    def accept(self):
        conn, _ = self.sock.accept()
        return ssl.wrap_socket(conn, **self.options)


endpoint = Endpoint(server_side=True, certfile="server.pem", keyfile=None)
visitor = peers.visit(endpoint.listen())
with endpoint.accept() as conn:
    conn.sendall(conn.recv(100))
    print(visitor.join(), conn.server_side)
