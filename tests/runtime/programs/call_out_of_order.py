# Keywords in another order than the parameters, which is the order of their evaluation.
import ssl

import peers

order = []


def note(name, value):
    order.append(name)
    return value


sock = ssl.wrap_socket(
    ca_certs=note("ca_certs", "ca.pem"),
    server_side=note("server_side", False),
    ciphers=note("ciphers", "HIGH"),
    certfile=note("certfile", "client.pem"),
    sock=note("sock", peers.connect("asks for a certificate")),
)
print(order, sock.server_side)
sock.close()
