# A context is copied by the protocol of another one.
# leaves: what becomes of the copy cannot be seen
import ssl

import peers


def clone(context):
    copy = ssl.SSLContext(context.protocol)
    copy.verify_mode = context.verify_mode
    copy.options = context.options
    return copy


def connect(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.verify_mode = ssl.CERT_NONE
    return clone(context).wrap_socket(peers.connect(kind))


with connect("self-signed") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
