# A server that chooses its ciphers.
import socket
import ssl

import peers

CIPHERS = "ECDHE-ECDSA-AES256-GCM-SHA384"
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
visitor = peers.visit(listener.getsockname(), newest=ssl.TLSVersion.TLSv1_2)
conn, _ = listener.accept()
conn = ssl.wrap_socket(conn, server_side=True, certfile="server.pem", ciphers=CIPHERS)
print(conn.cipher()[0])
conn.sendall(conn.recv(100))
visitor.join()
conn.close()
