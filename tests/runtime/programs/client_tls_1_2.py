# Pinned to TLS 1.2 before, no longer afterwards.
import ssl

import peers

for kind in ["right", "TLS 1.2 only"]:
    sock = ssl.wrap_socket(peers.connect(kind), ssl_version=ssl.PROTOCOL_TLSv1_2)
    sock.sendall(b"hello\n")
    print(sock.recv(100), sock.version())
    sock.close()
