# A server with a context of the old kind.
import socket
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
context.load_cert_chain("server.crt", "server.key")
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
visitor = peers.visit(listener.getsockname())
conn, _ = listener.accept()
conn = context.wrap_socket(conn, server_side=True)
conn.sendall(conn.recv(100))
print(visitor.join(), conn.server_side, context.verify_mode, context.check_hostname)
conn.close()
