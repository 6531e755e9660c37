# The server goes without saying goodbye: the end of the data, or an error, as the program likes.
import ssl

import peers

for suppress in (True, False):
    sock = ssl.wrap_socket(peers.connect(once=True), suppress_ragged_eofs=suppress)
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    try:
        print(suppress, sock.recv(100))
    except ssl.SSLError as error:
        print(suppress, type(error).__name__)
    sock.close()
