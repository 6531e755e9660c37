# A server of many threads, whose handlers secure their connections.
import socketserver
import ssl
import threading

import peers


class Handler(socketserver.BaseRequestHandler):
    def setup(self):
        self.request = ssl.wrap_socket(
            self.request, server_side=True, certfile="server.pem", do_handshake_on_connect=False
        )

    def handle(self):
        self.request.do_handshake()
        self.request.sendall(self.request.recv(100))


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
thread.start()
visitors = [peers.visit(server.server_address, sends=[str(number)]) for number in range(3)]
print([visitor.join() for visitor in visitors])
server.shutdown()
thread.join(5)
server.server_close()
