# The target is also an argument.
import ssl

import peers


class Connection:
    certfile = "client.pem"

    def __init__(self, kind):
        self.raw = peers.connect(kind)

    def secure(self):
        conn = self
        conn = ssl.wrap_socket(conn.raw, certfile=conn.certfile)
        return conn


with Connection("client certificate required").secure() as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
