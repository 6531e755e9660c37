"""The mailbox, against a server that is only a list of lines."""

import io
import unittest
from unittest import mock

from mailwatch.mailbox import Mailbox, MailboxError


class MailboxTest(unittest.TestCase):
    def mailbox(self, *lines):
        """A mailbox over TLS whose server says these lines."""
        self.plain = mock.Mock()
        self.secure = mock.Mock()
        self.secure.makefile.return_value = io.BytesIO(b"".join(line + b"\r\n" for line in lines))
        with mock.patch("socket.create_connection", return_value=self.plain), \
                mock.patch("ssl.wrap_socket", return_value=self.secure) as wrap_socket:
            mailbox = Mailbox("mail.example.org", 993, "key.pem", "cert.pem")
        wrap_socket.assert_called_once_with(self.plain, "key.pem", "cert.pem")
        return mailbox

    def test_counts_unread_messages(self):
        mailbox = self.mailbox(b"* OK ready", b'* STATUS "INBOX" (UNSEEN 3)', b"a1 OK done")
        self.assertEqual(mailbox.unread(), 3)
        self.secure.sendall.assert_called_once_with(b'a1 STATUS "INBOX" (UNSEEN)\r\n')

    def test_a_refused_login_is_an_error(self):
        mailbox = self.mailbox(b"* OK ready", b"a1 NO wrong password")
        with self.assertRaises(MailboxError):
            mailbox.login("user", "secret")

    def test_a_server_that_is_no_imap_server(self):
        with self.assertRaises(MailboxError):
            self.mailbox(b"HTTP/1.0 400 Bad Request")


if __name__ == "__main__":
    unittest.main()
