# A client that verifies nothing.
import ssl

import peers

sock = peers.connect("self-signed")
sock = ssl.wrap_socket(sock)
sock.sendall(b"hello\n")
print(sock.recv(100))
print(sock.getpeercert(), sock.server_hostname, sock.server_side)
sock.close()
