# An exception that nobody catches ends the program.
# fails: the certificate is not signed by the authority
import ssl

import peers

sock = peers.connect("self-signed")
sock = ssl.wrap_socket(sock, ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)
print("not reached")
