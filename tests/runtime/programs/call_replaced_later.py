# A socket that is replaced while others hold the old one.
import ssl

import peers


class Transport:
    def __init__(self, kind):
        self.sock = peers.connect(kind, starttls=True)
        self.reader = self.sock.makefile("rb", 0)

    def starttls(self):
        self.sock.sendall(b"STARTTLS\n")
        print(self.reader.readline())
        self.reader.close()
        raw, self.sock = self.sock, ssl.wrap_socket(self.sock)
        self.reader = self.sock.makefile("rb", 0)
        return raw.fileno()


transport = Transport("self-signed")
print(transport.starttls())
transport.sock.sendall(b"hello\n")
print(transport.reader.readline())
transport.reader.close()
transport.sock.close()
