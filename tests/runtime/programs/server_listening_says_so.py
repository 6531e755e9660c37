# A socket that listens is wrapped as a server's, before it is bound.
import socket
import ssl

import peers

sock = ssl.wrap_socket(socket.socket(), certfile="server.pem", server_side=True)
sock.bind(("127.0.0.1", 0))
sock.listen(1)
visitor = peers.visit(sock.getsockname())
conn, _ = sock.accept()
conn.sendall(conn.recv(100))
print(visitor.join(), sock.server_side, conn.server_side)
conn.close()
sock.close()
