# A program makes its context in a function, and serves with it.
import socket
import ssl

import peers


def make_context():
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.load_cert_chain("server.pem")
    return context


def main():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    visitor = peers.visit(listener.getsockname())
    conn, _ = listener.accept()
    with make_context().wrap_socket(conn, server_side=True) as conn:
        conn.sendall(conn.recv(100))
        print(visitor.join())


if __name__ == "__main__":
    main()
