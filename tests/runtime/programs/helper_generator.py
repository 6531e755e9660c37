# A generator that secures what it is asked for, and a decorator.
import ssl

import peers


def secured(kinds):
    yield from (ssl.wrap_socket(peers.connect(kind)) for kind in kinds)


def register(value):
    def decorate(function):
        function.sock = value
        return function

    return decorate


@register(ssl.wrap_socket(peers.connect()))
def main():
    print(type(main.sock).__name__)
    main.sock.close()


for sock in secured(["right", "TLS 1.2 only"]):
    print(sock.version() is not None)
    sock.close()
main()
