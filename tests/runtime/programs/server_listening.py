# A socket that listens is wrapped, without a word of the side.
import socket
import ssl

import peers


def listen(address, cert, key):
    sock = socket.socket()
    sock.bind(address)
    sock.listen(5)
    return ssl.wrap_socket(sock, certfile=cert, keyfile=key)


listener = listen(("127.0.0.1", 0), "server.crt", "server.key")
print(type(listener).__name__)
for _ in range(2):
    visitor = peers.visit(listener.getsockname())
    conn, address = listener.accept()
    print(type(conn).__name__, conn.server_side, conn.version() is not None)
    conn.sendall(conn.recv(100))
    print(visitor.join())
    conn.close()
listener.close()
