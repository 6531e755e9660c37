# Methods and functions of the same name.
# left alone: none of them is the module's
import peers


class Wrapper:
    def wrap_socket(self, sock, keyfile=None):
        return "wrapped", keyfile


def sslwrap(wrap_socket, sock):
    return wrap_socket(sock)


ssl = Wrapper()
print(ssl.wrap_socket(None, keyfile="key"), sslwrap(ssl.wrap_socket, None))
