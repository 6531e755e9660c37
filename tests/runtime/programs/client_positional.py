# All ten arguments by position.
import ssl

import peers

raw = peers.connect()
sock = ssl.wrap_socket(raw, None, None, False, ssl.CERT_NONE, ssl.PROTOCOL_TLS, None, False, False, "HIGH")
print(sock.version(), sock.server_side, sock.suppress_ragged_eofs, sock.do_handshake_on_connect)
sock.do_handshake()
print(sock.version())
sock.sendall(b"hello\n")
print(sock.recv(100))
sock.close()
