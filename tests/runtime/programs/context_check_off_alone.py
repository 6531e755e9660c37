# The check is switched off, and nothing is said about certificates.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.check_hostname = False
print(context.verify_mode, context.check_hostname)
for kind in ["right", "wrong host"]:
    with context.wrap_socket(peers.connect(kind), server_hostname="localhost") as sock:
        print(kind, sock.getpeercert())
