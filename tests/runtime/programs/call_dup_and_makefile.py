# What else people do with the result.
import socket
import ssl

import peers

sock = ssl.wrap_socket(peers.connect(), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
try:
    sock.dup()
except NotImplementedError:
    print("no dup")
try:
    sock.recv(10, socket.MSG_PEEK)
except ValueError:
    print("no flags")
writer, reader = sock.makefile("w"), sock.makefile("r")
writer.write("one\ntwo\n")
writer.flush()
print(reader.readline(), reader.readline())
buffer = bytearray(10)
sock.send(b"hello\n")
print(sock.recv_into(buffer), buffer)
sock.settimeout(0.1)
try:
    sock.recv(1)
except socket.timeout as error:
    print("timeout", error)
print(ssl.DER_cert_to_PEM_cert(sock.getpeercert(binary_form=True)).startswith("-----BEGIN"))
sock.shutdown(socket.SHUT_RDWR)
for stream in [reader, writer, sock]:
    stream.close()
print(sock.fileno())
