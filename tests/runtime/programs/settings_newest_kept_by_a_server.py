# A server that is pinned to TLS 1.2 on purpose stays so.
# options: --maximum-version keep
import socket
import ssl

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


def by_call(conn):
    return ssl.wrap_socket(
        conn,
        server_side=True,
        certfile="server.crt",
        keyfile="server.key",
        ssl_version=ssl.PROTOCOL_TLSv1_2,
    )


def by_context(conn):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    context.load_cert_chain("server.crt", "server.key")
    return context.wrap_socket(conn, server_side=True)


for secure in [by_call, by_context]:
    visitor = peers.visit(listener.getsockname())
    conn = secure(listener.accept()[0])
    print(secure.__name__, conn.version() == "TLSv1.2")
    conn.sendall(conn.recv(100).upper())
    print(visitor.join())
    conn.close()
