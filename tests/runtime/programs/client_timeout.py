# The timeout of the socket goes for the handshake, too.
import socket
import ssl

import peers

raw = socket.create_connection(peers.start("silent"), timeout=0.3)
try:
    ssl.wrap_socket(raw, cert_reqs=ssl.CERT_NONE)
except socket.timeout as error:
    print(type(error) is socket.timeout, "handshake" in str(error))
print(raw.fileno())
