# A program that needs nothing.
# left alone: it uses what stays
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations("ca.pem")
with context.wrap_socket(peers.connect(), server_hostname="localhost") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100), context.check_hostname)
