# Where the version that was pinned is gone there is no newest one to keep: TLS 1.3 becomes possible.
# differs: the version that it was pinned to is gone
# afterwards: True
# options: --maximum-version keep
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
try:
    sock = context.wrap_socket(peers.connect(), server_hostname="localhost")
    print(sock.version() == "TLSv1.3")
except ssl.SSLError:
    print("no common version")
