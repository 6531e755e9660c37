# Everywhere the result can go.
import contextlib
import ssl

import peers


class Everywhere:
    def run(self, table):
        self.sock = self.raw = ssl.wrap_socket(peers.connect())
        table["sock"] = ssl.wrap_socket(peers.connect())
        typed: ssl.SSLSocket = ssl.wrap_socket(peers.connect())
        ssl.wrap_socket(peers.connect())
        with contextlib.closing(ssl.wrap_socket(peers.connect())) as conn:
            conn.sendall(b"closing\n")
            print(conn.recv(100))
        with ssl.wrap_socket(peers.connect()) as conn:
            conn.sendall(b"with\n")
            print(conn.recv(100))
        if ssl.wrap_socket(peers.connect()).version():
            return typed, ssl.wrap_socket(peers.connect()), None


everywhere = Everywhere()
table = {}
typed, last, nothing = everywhere.run(table)
for sock in [everywhere.sock, table["sock"], typed, last]:
    sock.sendall(b"hello\n")
    print(sock.recv(100), sock is everywhere.raw)
    sock.close()
