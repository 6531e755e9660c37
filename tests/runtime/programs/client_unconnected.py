# The socket is wrapped before it is connected, and the handshake waits for that.
import socket
import ssl

import peers

address = peers.start("wrong host")
sock = ssl.wrap_socket(socket.socket(), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
print(sock.version(), sock.cipher())
try:
    sock.getpeercert()
except (OSError, ValueError) as error:
    print(type(error).__name__)
sock.connect(address)
print(sock.version(), sock.getpeercert()["subject"])
sock.sendall(b"hello\n")
print(sock.recv(100))
sock.close()

sock = ssl.wrap_socket(socket.socket(), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
try:
    sock.connect(peers.start("self-signed"))
except ssl.SSLError as error:
    print("refused at connect:", error.verify_message)
sock.close()

sock = ssl.wrap_socket(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
print(sock.connect_ex(peers.start("right")))
print(sock.version())
sock.close()
