# Constants that may be missing, each with a value to fall back on.
# leaves: the constants are for a person
import peers
import ssl

try:
    from ssl import PROTOCOL_SSLv2
except ImportError:
    PROTOCOL_SSLv2 = None
try:
    from ssl import PROTOCOL_TLSv1_2 as BEST
except ImportError:
    from ssl import PROTOCOL_SSLv23 as BEST

with ssl.wrap_socket(peers.connect("right"), ssl_version=BEST) as sock:
    print(sock.version() is not None, PROTOCOL_SSLv2)
