# The second wrap of a socket that has been taken.
import ssl

import peers

raw = peers.connect()
sock = ssl.wrap_socket(raw)
try:
    ssl.wrap_socket(raw)
except OSError as error:
    print(type(error).__name__, error.errno)
print(raw.fileno(), sock.fileno() > 0)
sock.close()
