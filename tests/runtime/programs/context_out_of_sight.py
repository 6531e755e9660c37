# Who uses the context cannot be seen.
# leaves: which side the context is for is for a person, and `PROTOCOL_TLS` works for both
import socket
import ssl
import threading

import peers


def make(certificate=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    if certificate:
        context.load_cert_chain(certificate)
    return context


CONTEXTS = {"client": make(), "server": make("server.pem")}
left, right = socket.socketpair()


def serve():
    with CONTEXTS["server"].wrap_socket(left, server_side=True) as conn:
        conn.sendall(conn.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with CONTEXTS["client"].wrap_socket(right) as conn:
    conn.sendall(b"hello")
    print(conn.recv(100))
thread.join(5)
with CONTEXTS["client"].wrap_socket(peers.connect("TLS 1.2 only")) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
