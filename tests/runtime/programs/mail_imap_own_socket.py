# A class that opens the connection of imaplib itself.
import imaplib
import socket
import ssl

import peers


class Client(imaplib.IMAP4):
    def open(self, host="", port=143, timeout=None):
        self.host = host
        self.port = port
        self.raw = socket.create_connection((host, port), 5)
        self.sock = ssl.wrap_socket(self.raw, ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)
        self.file = self.sock.makefile("rb")
        self._file = self.file


for kind in ["right", "self-signed"]:
    host, port = peers.start(kind, speaks="imap")
    try:
        client = Client(host, port)
        print(client.noop())
        client.logout()
    except ssl.SSLError as error:
        print(error.reason)
