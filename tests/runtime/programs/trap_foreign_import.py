# Another module may stand in the place of `ssl`.
# left for a person: the name may stand for something else
import peers

try:
    import a_faster_ssl as ssl
except ImportError:
    import ssl

with ssl.wrap_socket(peers.connect()) as sock:
    print(type(sock).__name__)
