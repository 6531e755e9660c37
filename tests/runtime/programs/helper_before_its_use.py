# The function is used at the top of the file, between imports.
import ssl
wrap = ssl.wrap_socket
import peers

print(wrap.__name__.strip("_"))
with wrap(peers.connect()) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
