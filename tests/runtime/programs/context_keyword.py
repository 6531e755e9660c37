# The protocol is a keyword, the module has another name, and the names are imported.
import peers
import ssl as tls
from ssl import SSLContext, PROTOCOL_TLSv1_2 as VERSION

one = tls.SSLContext(protocol=tls.PROTOCOL_SSLv23)
with one.wrap_socket(peers.connect("self-signed"), server_hostname="localhost") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
two = SSLContext(VERSION)
with two.wrap_socket(peers.connect("wrong host")) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
