# Both sides in one program, over a pair of sockets.
import socket
import ssl
import threading

left, right = socket.socketpair()


def serve():
    conn = ssl.wrap_socket(left, server_side=True, certfile="server.pem")
    print("server:", conn.recv(100), conn.server_side)
    conn.sendall(b"welcome")
    conn.close()


thread = threading.Thread(target=serve)
thread.start()
conn = ssl.wrap_socket(right, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
conn.sendall(b"hello")
print("client:", conn.recv(100))
thread.join(5)
conn.close()
