# The socket is the last keyword.
import ssl

import peers

raw = peers.connect()
conn = ssl.wrap_socket(server_side=False, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem", sock=raw)
conn.sendall(b"hello\n")
print(conn.recv(100), conn.server_side)
conn.close()
