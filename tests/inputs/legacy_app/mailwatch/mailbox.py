"""Just enough of IMAP to ask a server how many messages are unread."""

import re
import socket
import ssl

IMAPS_PORT = 993


class MailboxError(Exception):
    """The server said no, or something that is not IMAP."""


class Mailbox:
    """A connection to an IMAP server."""

    def __init__(self, host, port=IMAPS_PORT, keyfile=None, certfile=None, timeout=30):
        self.host = host
        self.tag = 0
        self.sock = socket.create_connection((host, port), timeout)
        if port == IMAPS_PORT:
            self.sock = ssl.wrap_socket(self.sock, keyfile, certfile)
            self.file = self.sock.makefile("rb")
            self._greeting()
        else:
            self.file = self.sock.makefile("rb")
            self._greeting()
            self._starttls(keyfile, certfile)

    def login(self, user, password):
        self._command('LOGIN "%s" "%s"' % (user, password))

    def unread(self, folder="INBOX"):
        for line in self._command('STATUS "%s" (UNSEEN)' % folder):
            match = re.search(rb"\bUNSEEN (\d+)", line)
            if match:
                return int(match.group(1))
        raise MailboxError("no STATUS of %s" % folder)

    def close(self):
        try:
            self._command("LOGOUT")
        finally:
            self.file.close()
            self.sock.close()

    def _starttls(self, keyfile, certfile):
        self._command("STARTTLS")
        self.file.close()
        self.sock = ssl.wrap_socket(
            self.sock,
            keyfile=keyfile,
            certfile=certfile,
            ssl_version=ssl.PROTOCOL_TLSv1_2,  # the old server knew nothing else
        )
        self.file = self.sock.makefile("rb")

    def _greeting(self):
        if not self.file.readline().startswith(b"* OK"):
            raise MailboxError("%s does not speak IMAP" % self.host)

    def _command(self, text):
        """Sends a command; returns the untagged lines of the answer."""
        self.tag += 1
        tag = b"a%d" % self.tag
        self.sock.sendall(tag + b" " + text.encode("ascii") + b"\r\n")
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                raise MailboxError("%s hung up" % self.host)
            if line.startswith(tag + b" OK"):
                return lines
            if line.startswith(tag):
                raise MailboxError(line.decode("ascii", "replace").strip())
            lines.append(line)
