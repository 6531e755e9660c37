# The helper stands behind the docstring and the imports, however they look.
"""Not the docstring, since the comment is first, or is it?"""
from __future__ import annotations

import ssl

if True:
    import peers

try:
    import nothing_of_this_name
except ImportError:
    nothing_of_this_name = None

connect = lambda kind: ssl.wrap_socket(peers.connect(kind))
print(__doc__)
with connect("right") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
