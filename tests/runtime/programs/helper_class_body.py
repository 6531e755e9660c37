# A call in the body of a class, and in a default argument.
import ssl

import peers


class Connection:
    sock = ssl.wrap_socket(peers.connect())

    def again(self, sock=ssl.wrap_socket(peers.connect("wrong host"))):
        return sock


print(sorted(name for name in vars(Connection) if not name.startswith("_")))
for sock in [Connection.sock, Connection().again()]:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
