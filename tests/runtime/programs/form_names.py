# Names that the rewrite would like to use are taken.
import ssl

import peers


def handler(context, ssl_context="two", tls_context="three"):
    sock = ssl.wrap_socket(context["sock"], ca_certs=context.get("ca"))
    return context["name"], ssl_context, tls_context, sock


def outer(context):
    def inner():
        return context

    sock = ssl.wrap_socket(peers.connect())
    sock.close()
    return inner()


name, two, three, sock = handler({"sock": peers.connect(), "name": "one"})
print(name, two, three)
sock.close()
print(outer("mine"))
