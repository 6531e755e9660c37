# A server that goes over to TLS when it is asked.
import socket
import ssl
import threading

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1)


class Session:
    certfile = "server.crt"
    keyfile = "server.key"

    def __init__(self, sock):
        self.sock = sock

    def run(self):
        self.sock.sendall(b"220 hello\r\n")
        if self.sock.recv(100).strip() == b"STARTTLS":
            self.sock.sendall(b"220 go ahead\r\n")
            self.sock = ssl.wrap_socket(
                self.sock, certfile=self.certfile, keyfile=self.keyfile, server_side=True, ssl_version=ssl.PROTOCOL_TLS
            )
        self.sock.sendall(self.sock.recv(100).upper())
        self.sock.close()


def serve():
    conn, _ = listener.accept()
    Session(conn).run()


thread = threading.Thread(target=serve)
thread.start()
sock = socket.create_connection(listener.getsockname(), 5)
print(sock.recv(100))
sock.sendall(b"STARTTLS\r\n")
print(sock.recv(100))
context = ssl.create_default_context(cafile="ca.pem")
with context.wrap_socket(sock, server_hostname="localhost") as sock:
    sock.sendall(b"hello")
    print(sock.recv(100))
thread.join(5)
