# The context is made where it is used.
import ssl
from urllib.request import urlopen

import peers


def fetch(url):
    return urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1_2), timeout=5).read()


def connect(sock):
    return ssl.SSLContext(ssl.PROTOCOL_TLS).wrap_socket(sock)


print(fetch("https://%s:%d/" % peers.start("self-signed", speaks="http")))
with connect(peers.connect("wrong host")) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
