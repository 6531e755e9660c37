# isinstance with the class of the result, and the class's own name.
import ssl

import peers


def is_secure(sock):
    return isinstance(sock, ssl.SSLSocket) or hasattr(sock, "getpeercert")


raw = peers.connect()
print(is_secure(raw))
sock = ssl.wrap_socket(raw)
print(is_secure(sock), ssl.SSLSocket.__name__, type(sock).__mro__[1].__name__)
sock.close()
