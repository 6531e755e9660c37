# The authorities are text in the program's memory.
import ssl

import peers

with open("ca.pem") as file:
    AUTHORITIES = file.read()

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
context.verify_mode = ssl.CERT_REQUIRED
context.check_hostname = True
context.load_verify_locations(cadata=AUTHORITIES)
print(context.cert_store_stats())
for kind in ["right", "wrong host"]:
    try:
        with context.wrap_socket(peers.connect(kind), server_hostname="localhost") as sock:
            print(kind, sock.server_hostname)
    except ssl.SSLError as error:
        print(kind, error.verify_message)
