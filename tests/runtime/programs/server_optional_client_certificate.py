# A server that looks at a certificate if there is one.
import socket
import ssl

import peers

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)

for certificate in ["client.pem", None]:
    visitor = peers.visit(listener.getsockname(), certificate=certificate)
    conn, _ = listener.accept()
    conn = ssl.wrap_socket(
        conn, certfile="server.pem", server_side=True, cert_reqs=ssl.CERT_OPTIONAL, ca_certs="ca.pem"
    )
    print(peers.common_name(conn.getpeercert()), conn.context.verify_mode)
    conn.sendall(conn.recv(100))
    visitor.join()
    conn.close()
