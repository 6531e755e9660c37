# An assignment in an expression.
# needs: 3.8
import ssl

import peers

if (sock := ssl.wrap_socket(peers.connect())) is not None:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
print([kind for kind in ["right"] if (other := ssl.wrap_socket(peers.connect(kind))).version()])
other.close()
