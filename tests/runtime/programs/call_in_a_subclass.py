# A socket class of the program's own that secures itself.
# leaves: its own method `starttls` is taken for that of smtplib
import socket
import ssl

import peers


class SecureSocket(socket.socket):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.secured = None

    def starttls(self, **files):
        self.secured = ssl.wrap_socket(self, **files)
        return self.secured


sock = SecureSocket()
sock.connect(peers.start("client certificate required"))
with sock.starttls(certfile="client.pem") as secured:
    secured.sendall(b"hello\n")
    print(secured.recv(100), sock.fileno())
