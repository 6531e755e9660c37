# Under `harden`, a server is what it was.
# options: --policy harden
import socket
import ssl

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


def accept():
    conn, _ = listener.accept()
    return ssl.wrap_socket(conn, server_side=True, certfile="server.pem")


visitor = peers.visit(listener.getsockname())
with accept() as conn:
    conn.sendall(conn.recv(100))
    print(visitor.join(), conn.context.verify_mode)
