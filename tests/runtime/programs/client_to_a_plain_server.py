# The server speaks no TLS.
import ssl

import peers

raw = peers.connect("plain")
try:
    ssl.wrap_socket(raw)
except ssl.SSLError as error:
    print(type(error).__name__, error.reason)
print(raw.fileno())
