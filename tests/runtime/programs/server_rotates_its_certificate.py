# The certificate is read for each connection, so a new one counts at once.
import os
import shutil
import socket
import ssl
import tempfile

import peers

folder = tempfile.mkdtemp()
path = os.path.join(folder, "current.pem")
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


def accept():
    conn, _ = listener.accept()
    return ssl.wrap_socket(conn, certfile=path, server_side=True)


for current in ["server.pem", "address.pem"]:
    shutil.copy(current, path)
    visitor = peers.visit(listener.getsockname())
    conn = accept()
    conn.sendall(conn.recv(100))
    print(visitor.join())
    conn.close()
shutil.rmtree(folder)
