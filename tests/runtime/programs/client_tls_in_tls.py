# One connection inside the other is refused by Python, in the same place.
import ssl

import peers

raw = peers.connect()
outer = ssl.wrap_socket(raw)
try:
    inner = ssl.wrap_socket(outer, do_handshake_on_connect=False)
    print(type(inner).__name__, outer.fileno(), inner.fileno() > 0)
    inner.close()
except Exception as error:
    print(type(error).__name__)
