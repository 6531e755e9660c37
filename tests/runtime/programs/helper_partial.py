# The function with some arguments of its own.
import functools
import ssl

import peers

verified = functools.partial(ssl.wrap_socket, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
identified = functools.partial(ssl.wrap_socket, keyfile="client.key", certfile="client.crt")

with verified(peers.connect("wrong host")) as sock:
    print(sock.getpeercert()["subject"])
try:
    verified(peers.connect("expired"))
except ssl.SSLError as error:
    print(error.verify_message)
with identified(sock=peers.connect("client certificate required")) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
print(verified.keywords)
