# A server whose context asks for certificates.
import socket
import ssl

import peers


class Server:
    def __init__(self, ca):
        self.context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        self.context.load_cert_chain("server.pem")
        self.context.load_verify_locations(ca)
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)

    def accept(self):
        conn, _ = self.listener.accept()
        return self.context.wrap_socket(conn, server_side=True)


server = Server("ca.pem")
for certificate in ["client.pem", "stranger-client.pem", None]:
    visitor = peers.visit(server.listener.getsockname(), certificate=certificate)
    try:
        with server.accept() as conn:
            print(peers.common_name(conn.getpeercert()))
            conn.sendall(conn.recv(100))
    except ssl.SSLError as error:
        print(error.reason)
    visitor.join()
