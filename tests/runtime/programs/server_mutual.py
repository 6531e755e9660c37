# A server that asks for the certificates of its clients.
import socket
import ssl

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)


def serve(conn):
    return ssl.wrap_socket(conn, "server.key", "server.crt", True, ssl.CERT_REQUIRED, ca_certs="ca.pem")


for certificate in ["client.pem", None, "stranger-client.pem"]:
    visitor = peers.visit(listener.getsockname(), certificate=certificate)
    raw, _ = listener.accept()
    try:
        conn = serve(raw)
        print(peers.common_name(conn.getpeercert()))
        conn.sendall(conn.recv(100))
        conn.close()
    except ssl.SSLError as error:
        print(certificate, error.reason)
    visitor.join()
