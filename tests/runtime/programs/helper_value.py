# The function is passed on, stored, returned, compared and called later.
import ssl

import peers


class Factory:
    def __init__(self, wrapper=ssl.wrap_socket):
        self.wrapper = wrapper

    def connect(self, kind, *args, **kwargs):
        with self.wrapper(peers.connect(kind), *args, **kwargs) as sock:
            sock.sendall(b"hello\n")
            return sock.recv(100)


def get():
    return ssl.wrap_socket


secure = ssl.wrap_socket
table = {"tls": ssl.wrap_socket, "plain": lambda sock: sock}

print(Factory().connect("right"))
print(Factory(wrapper=ssl.wrap_socket).connect("client certificate required", "client.key", "client.crt"))
print(Factory(table["tls"]).connect("wrong host", cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem"))
print(secure is get(), table["tls"] is secure, callable(secure))
for sock in map(ssl.wrap_socket, [peers.connect(), peers.connect("TLS 1.3 only")]):
    print(sock.server_side)
    sock.close()
