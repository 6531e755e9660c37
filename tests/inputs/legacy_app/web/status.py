"""A server that tells each caller one line about this machine and hangs up."""

import os
import socketserver
import ssl
import sys
import time

STARTED = time.time()


class StatusHandler(socketserver.StreamRequestHandler):
    def handle(self):
        load = os.getloadavg()[0]
        self.wfile.write(b"up %d s, load %.2f\n" % (time.time() - STARTED, load))


class StatusServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, certfile, keyfile):
        super().__init__(address, StatusHandler)
        self.certfile = certfile
        self.keyfile = keyfile

    def get_request(self):
        connection, address = self.socket.accept()
        return ssl.wrap_socket(connection, certfile=self.certfile, keyfile=self.keyfile, server_side=True), address


def main(certfile, keyfile, port="9443"):
    with StatusServer(("", int(port)), certfile, keyfile) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
