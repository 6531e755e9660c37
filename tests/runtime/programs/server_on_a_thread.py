# A context that a thread of the server's own uses.
import socket
import ssl
import threading

import peers


class Server(threading.Thread):
    def __init__(self, certfile):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        self.context.load_cert_chain(certfile)
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(5)
        self.address = self.sock.getsockname()

    def run(self):
        for _ in range(2):
            conn, _ = self.sock.accept()
            with self.context.wrap_socket(conn, server_side=True) as conn:
                conn.sendall(conn.recv(100))
        self.sock.close()


server = Server("server.pem")
server.start()
for _ in range(2):
    print(peers.visit(server.address).join())
server.join(5)
