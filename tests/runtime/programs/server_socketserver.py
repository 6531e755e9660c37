# A server of socketserver that secures what it accepts.
import socketserver
import ssl

import peers


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        print("handles", line, type(self.request).__name__)
        self.wfile.write(line.upper())


class SecureServer(socketserver.TCPServer):
    allow_reuse_address = True

    def get_request(self):
        sock, address = self.socket.accept()
        return ssl.wrap_socket(sock, server_side=True, certfile="server.pem", keyfile=None), address


server = SecureServer(("127.0.0.1", 0), Handler)
visitor = peers.visit(server.server_address)
server.handle_request()
print(visitor.join())
server.server_close()
