# The check of the name turns verification on by itself.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.check_hostname = True
context.load_verify_locations("ca.pem")
print(context.verify_mode, context.check_hostname)
for kind in ["right", "wrong host"]:
    try:
        with context.wrap_socket(peers.connect(kind), server_hostname="localhost") as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.verify_message)
