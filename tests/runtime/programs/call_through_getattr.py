# The function is looked up by its name.
# left for a person: what the name stands for is written in a string
import ssl

import peers

with getattr(ssl, "wrap_socket")(peers.connect()) as sock:
    print(type(sock).__name__)
