# One context for both sides, which no replacement can be.
# leaves: `PROTOCOL_TLS` works for both sides
import socket
import ssl
import threading

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.load_cert_chain("server.pem")
left, right = socket.socketpair()


def serve():
    with context.wrap_socket(left, server_side=True) as conn:
        conn.sendall(conn.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with context.wrap_socket(right, server_hostname="localhost") as conn:
    conn.sendall(b"hello")
    print(conn.recv(100), conn.version() is not None)
thread.join(5)
