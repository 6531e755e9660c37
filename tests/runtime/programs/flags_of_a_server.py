# A server whose flags leave TLS 1.2.
import socket
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
context.load_cert_chain("server.pem")
context.options |= (
    ssl.OP_NO_SSLv2  # broken
    | ssl.OP_NO_SSLv3  # broken, too
    | ssl.OP_NO_TLSv1_3
    | ssl.OP_CIPHER_SERVER_PREFERENCE
)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
visitor = peers.visit(listener.getsockname())
conn, _ = listener.accept()
with context.wrap_socket(conn, server_side=True) as conn:
    print(conn.version()[-1])
    conn.sendall(conn.recv(100))
    print(visitor.join())
