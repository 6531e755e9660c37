# A module of helpers, whose names others import.
# differs from 3.12: the import is left for a person, and raises there
# leaves: the name is exported
import peers
from ssl import wrap_socket, CERT_NONE

__all__ = ["wrap_socket", "connect"]


def connect(kind):
    return peers.connect(kind)


with wrap_socket(connect("right"), cert_reqs=CERT_NONE) as sock:
    print(type(sock).__name__)
