# A client that verifies the certificate and asks for no name.
import ssl

import peers

for kind in ["right", "wrong host", "self-signed", "expired", "other authority"]:
    raw = peers.connect(kind)
    try:
        sock = ssl.wrap_socket(raw, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
    except ssl.SSLError as error:
        print(kind, type(error).__name__, error.reason, error.verify_message)
        print(raw.fileno())
    else:
        print(kind, sock.getpeercert()["subject"], sock.context.check_hostname)
        sock.close()
