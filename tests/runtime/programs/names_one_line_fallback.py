# The import and its fallback on one line each.
# left for a person: there is no line for another import in front of it
import peers

try: from ssl import wrap_socket
except ImportError: wrap_socket = None


def connect(kind):
    return wrap_socket(peers.connect(kind))


connect("right").close()
