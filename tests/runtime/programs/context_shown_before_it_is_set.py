# The program looks at what it has before it sets anything.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
print(context.check_hostname, context.verify_mode, context.cert_store_stats(), context.get_ca_certs())
context.verify_mode = ssl.CERT_OPTIONAL
print(context.check_hostname, context.verify_mode)
context.load_verify_locations("ca.pem")
with context.wrap_socket(peers.connect("wrong host"), server_hostname="localhost") as sock:
    print(peers.common_name(sock.getpeercert()))
