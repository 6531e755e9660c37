# One context for many connections, a session among them.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.maximum_version = ssl.TLSVersion.TLSv1_2
address = peers.start("right")


def connect(session=None):
    import socket

    sock = context.wrap_socket(socket.create_connection(address, 5), server_hostname="localhost", session=session)
    sock.sendall(b"hello\n")
    sock.recv(100)
    return sock


with connect() as sock:
    session = sock.session
    print(sock.session_reused, session is not None, session.timeout > 0)
with connect(session) as sock:
    print(sock.session_reused is not None, context.session_stats()["connect"])
