# The version is imported under another name, and used for nothing else.
from ssl import wrap_socket, PROTOCOL_TLSv1_2 as VERSION, CERT_NONE

import peers

with wrap_socket(peers.connect("self-signed"), ssl_version=VERSION, cert_reqs=CERT_NONE) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
