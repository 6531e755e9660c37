# http.server with the socket replaced.
import http.server
import ssl

import peers


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello\n")

    def log_message(self, *args):
        print(*args)


httpd = http.server.HTTPServer(("127.0.0.1", 0), Handler)
httpd.socket = ssl.wrap_socket(httpd.socket, certfile="server.pem", server_side=True)
visitor = peers.visit(httpd.server_address, sends=["GET / HTTP/1.0\r\n"])
httpd.handle_request()
print(visitor.join())
httpd.server_close()
