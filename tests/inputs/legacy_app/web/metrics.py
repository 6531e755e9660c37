"""Counts requests and tells the count to a scraper, over HTTPS."""

import http.server
import ssl
import sys


class MetricsHandler(http.server.BaseHTTPRequestHandler):
    requests = 0

    def do_GET(self):
        MetricsHandler.requests += 1
        body = b"requests_total %d\n" % MetricsHandler.requests
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server_context(certfile, keyfile):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.options |= ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3
    context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    context.load_cert_chain(certfile, keyfile)
    return context


def main(certfile, keyfile, port="9100"):
    server = http.server.HTTPServer(("", int(port)), MetricsHandler)
    context = server_context(certfile, keyfile)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
