# The certificate of a server, whatever it is.
import ssl

import peers

for kind in ["right", "self-signed", "wrong host"]:
    address = peers.start(kind)
    text = ssl.get_server_certificate(address, ssl_version=ssl.PROTOCOL_TLSv1_2)
    print(kind, text.splitlines()[0], text == ssl.get_server_certificate(address))
print(len(ssl.get_server_certificate(peers.start("wrong host"), ssl.PROTOCOL_SSLv23, "ca.pem")) > 100)
try:
    ssl.get_server_certificate(peers.start("self-signed"), ssl_version=ssl.PROTOCOL_SSLv23, ca_certs="ca.pem")
except ssl.SSLError as error:
    print(error.verify_message)
