# A server that speaks TLS 1.3 only could not be reached with the old constant.
# differs: TLS 1.3 becomes possible
# afterwards: b'hello\n'
import ssl

import peers

try:
    with ssl.wrap_socket(peers.connect("TLS 1.3 only"), ssl_version=ssl.PROTOCOL_TLSv1_2) as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100))
except ssl.SSLError as error:
    print("no common version")
