# http.server, where nobody says which side it is.
import http.server
import ssl

import peers


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


httpd = http.server.HTTPServer(("127.0.0.1", 0), Handler)
httpd.socket = ssl.wrap_socket(httpd.socket, keyfile="server.key", certfile="server.crt")
visitor = peers.visit(httpd.server_address, sends=["GET / HTTP/1.0\r\n"])
httpd.handle_request()
print(visitor.join())
httpd.server_close()
