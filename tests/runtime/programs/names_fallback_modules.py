# One name, from the module or from somewhere else.
# left for a person: the name may stand for something else
import peers

try:
    from a_module_that_is_not_there import wrap_socket
except ImportError:
    from ssl import wrap_socket

with wrap_socket(peers.connect("right")) as sock:
    print(type(sock).__name__)
