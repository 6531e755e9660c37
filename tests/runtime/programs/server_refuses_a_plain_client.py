# A client that speaks no TLS makes the handshake fail, and the server goes on.
import socket
import ssl

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


def accept():
    conn, _ = listener.accept()
    try:
        return ssl.wrap_socket(conn, server_side=True, certfile="server.pem")
    except ssl.SSLError as error:
        print(error.reason)
        return None


stranger = socket.create_connection(listener.getsockname(), 5)
stranger.sendall(b"GET / HTTP/1.0\r\n\r\n")
print(accept())
stranger.close()
visitor = peers.visit(listener.getsockname())
conn = accept()
conn.sendall(conn.recv(100))
print(visitor.join())
conn.close()
