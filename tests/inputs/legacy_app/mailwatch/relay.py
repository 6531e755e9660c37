"""Sends a note through an SMTP server, over STARTTLS if the server has it."""

import socket
from ssl import CERT_NONE, CERT_REQUIRED, SSLError, wrap_socket


class RelayError(Exception):
    """The server did not take the note."""


class Relay:
    def __init__(self, settings):
        self.settings = settings
        self.sock = socket.create_connection((settings.host, settings.port or 25), 30)
        self.file = self.sock.makefile("rb")
        self._expect(b"220")

    def send(self, sender, recipient, text):
        if b"STARTTLS" in self._say("EHLO mailwatch", b"250"):
            self._say("STARTTLS", b"220")
            self._secure()
            self._say("EHLO mailwatch", b"250")
        elif self.settings.cert_reqs == CERT_REQUIRED:
            raise RelayError("%s has no STARTTLS" % self.settings.host)
        self._say("MAIL FROM:<%s>" % sender, b"250")
        self._say("RCPT TO:<%s>" % recipient, b"250")
        self._say("DATA", b"354")
        self._say("Subject: mailwatch\r\n\r\n%s\r\n." % text, b"250")
        self._say("QUIT", b"221")
        self.file.close()
        self.sock.close()

    def _secure(self):
        self.file.close()
        try:
            self.sock = wrap_socket(
                self.sock,
                cert_reqs=self.settings.cert_reqs,
                ca_certs=self.settings.ca_certs,
                ssl_version=self.settings.ssl_version,
                ciphers="HIGH:!aNULL",
            )
        except SSLError as error:
            raise RelayError("%s: %s" % (self.settings.host, error))
        if self.settings.cert_reqs != CERT_NONE and not self.sock.getpeercert():
            raise RelayError("%s has no certificate" % self.settings.host)
        self.file = self.sock.makefile("rb")

    def _say(self, text, code):
        self.sock.sendall(text.encode("utf-8") + b"\r\n")
        return self._expect(code)

    def _expect(self, code):
        answer = b""
        while True:
            line = self.file.readline()
            answer += line
            if not line.startswith(code):
                raise RelayError(answer.decode("ascii", "replace").strip() or "the server hung up")
            if line[3:4] != b"-":
                return answer
