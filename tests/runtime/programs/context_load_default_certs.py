# The authorities of the system, from the environment.
import os
import ssl

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")
os.environ["SSL_CERT_DIR"] = "/nonexistent"
context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.verify_mode = ssl.CERT_REQUIRED
context.load_default_certs()
for kind in ["wrong host", "other authority"]:
    try:
        with context.wrap_socket(peers.connect(kind), server_hostname="localhost") as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.verify_message)
