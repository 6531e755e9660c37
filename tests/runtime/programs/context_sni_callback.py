# A server that chooses its certificate by the name.
# leaves: the contexts of the table may be for either side
import socket
import ssl

import peers

CONTEXTS = {}
for name, certificate in [("localhost", "server.pem"), ("other.example", "other.pem")]:
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.load_cert_chain(certificate)
    CONTEXTS[name] = context


def choose(sock, name, context):
    if name in CONTEXTS:
        sock.context = CONTEXTS[name]


def accept(listener):
    conn, _ = listener.accept()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_cert_chain("server.pem")
    context.sni_callback = choose
    return context.wrap_socket(conn, server_side=True)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
for name in ["localhost", "other.example"]:
    visitor = peers.visit(listener.getsockname(), name=name)
    with accept(listener) as conn:
        conn.sendall(conn.recv(100))
        print(visitor.join())
