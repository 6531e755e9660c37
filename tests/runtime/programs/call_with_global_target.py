# The result goes to a name of the module.
import ssl

import peers

sock = None
context = {"kind": "right"}


def connect():
    global sock
    sock = ssl.wrap_socket(peers.connect(context["kind"]))


def show(**names):
    print(sorted(names))


connect()
sock.sendall(b"hello\n")
print(sock.recv(100), context)
sock.close()
