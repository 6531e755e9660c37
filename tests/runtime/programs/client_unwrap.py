# Back to plain text after the end of TLS.
import ssl

import peers

sock = ssl.wrap_socket(peers.connect())
sock.sendall(b"hello\n")
print(sock.recv(100))
raw = sock.unwrap()
print(type(raw).__name__, raw.fileno() > 0)
raw.close()
