# A context wraps a socket that is connected later.
import socket
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
sock = context.wrap_socket(socket.socket(), server_hostname="localhost")
print(sock.version())
sock.connect(peers.start("wrong host"))
print(sock.version() is not None, sock.server_hostname)
sock.close()
