# What a program can ask of the socket and of its context.
import socket
import ssl

import peers

raw = peers.connect()
raw.settimeout(3)
number = raw.fileno()
sock = ssl.wrap_socket(raw, cert_reqs=ssl.CERT_OPTIONAL, ca_certs="ca.pem", ciphers="ECDHE+AESGCM")
print(type(sock).__name__, isinstance(sock, socket.socket), sock.fileno() == number, raw.fileno())
print(sock.gettimeout(), sock.family, sock.type, sock.getpeername()[0])
print(sock.server_side, sock.server_hostname, sock.session_reused, sock.pending(), sock.compression())
print(sock.do_handshake_on_connect, sock.suppress_ragged_eofs)
print(sock.selected_alpn_protocol(), sock.shared_ciphers())
print(len(sock.getpeercert(True)) > 100, sorted(sock.getpeercert()))
context = sock.context
print(type(context).__name__, context.verify_mode, context.check_hostname, context.post_handshake_auth)
print(context.verify_flags, context.cert_store_stats())
print(context.sni_callback, len(context.get_ca_certs()))
sock.sendall(b"hello\n")
print(sock.recv(1), sock.pending(), sock.read(100))
sock.close()
