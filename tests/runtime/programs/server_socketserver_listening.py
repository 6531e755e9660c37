# A server of socketserver that wraps its own socket in the constructor.
import ssl
from socketserver import BaseRequestHandler, TCPServer

import peers


class Echo(BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(100))


class SecureServer(TCPServer):
    def __init__(self, address, handler, cert):
        TCPServer.__init__(self, address, handler, bind_and_activate=False)
        self.socket = ssl.wrap_socket(self.socket, certfile=cert)
        self.server_bind()
        self.server_activate()


server = SecureServer(("127.0.0.1", 0), Echo, "server.pem")
visitor = peers.visit(server.server_address)
server.handle_request()
print(visitor.join())
server.server_close()
