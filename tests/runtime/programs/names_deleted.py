# The name is deleted after its use.
# differs from 3.12: the import is left for a person, and raises there
# leaves: the name is deleted
import peers
from ssl import wrap_socket

with wrap_socket(peers.connect("right")) as sock:
    print(type(sock).__name__)
del wrap_socket
print("wrap_socket" in globals())
