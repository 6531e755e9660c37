# Examples in documentation are text.
import ssl

import peers


def connect(kind):
    """Connect.

    >>> ssl.wrap_socket(sock)  # doctest: +SKIP
    """
    # was: return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3)
    return ssl.wrap_socket(peers.connect(kind))


print("ssl.wrap_socket(" in connect.__doc__)
connect("right").close()
