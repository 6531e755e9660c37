# One function for both sides.
import socket
import ssl
import threading


def wrap(sock, server, cert):
    return ssl.wrap_socket(sock, certfile=cert, server_side=server)


left, right = socket.socketpair()


def serve():
    conn = wrap(left, True, "server.pem")
    conn.sendall(conn.recv(100).upper())
    conn.close()


thread = threading.Thread(target=serve)
thread.start()
with wrap(right, False, None) as conn:
    conn.sendall(b"hello")
    print(conn.recv(100), conn.server_side, conn.context.verify_mode, conn.context.check_hostname)
thread.join(5)
with socket.socket() as sock:
    for cert in [None, ""]:
        try:
            wrap(sock, 1, cert)
        except ValueError as error:
            print(error)
