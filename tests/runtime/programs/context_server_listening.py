# The context wraps a socket that listens, and does not say so.
import socket
import ssl

import peers


def listen(address):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_cert_chain("server.pem")
    sock = socket.socket()
    sock.bind(address)
    sock.listen(5)
    return context.wrap_socket(sock)


listener = listen(("127.0.0.1", 0))
visitor = peers.visit(listener.getsockname())
conn, _ = listener.accept()
conn.sendall(conn.recv(100))
print(visitor.join(), conn.server_side)
conn.close()
listener.close()
