# The second item of a `with` needs the first.
import ssl

import peers

with open("client.pem") as file, ssl.wrap_socket(
    peers.connect("client certificate required"), certfile=file.name
) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))


def nested(kind):
    with peers.connect(kind) as raw, ssl.wrap_socket(raw, ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED) as sock:
        sock.sendall(b"hello\n")
        return sock.recv(100), raw.fileno()


print(nested("wrong host"))
