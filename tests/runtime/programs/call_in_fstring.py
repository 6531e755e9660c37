# A call in a formatted string.
import ssl

import peers


def describe(kind):
    return f"{kind}: {ssl.wrap_socket(peers.connect(kind)).server_side!r:>6}"


print(describe("right"), f"{describe('self-signed')}")
