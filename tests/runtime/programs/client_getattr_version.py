# The constant is looked up by its name.
import ssl

import peers

sock = ssl.wrap_socket(peers.connect(), ssl_version=getattr(ssl, "PROTOCOL_TLSv1_2"))
sock.sendall(b"hello\n")
print(sock.recv(100))
sock.close()
