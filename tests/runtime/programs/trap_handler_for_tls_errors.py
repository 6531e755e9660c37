# What is caught is what was caught: errors of TLS, and not the rest.
import ssl

import peers


def connect(kind, **files):
    try:
        return ssl.wrap_socket(peers.connect(kind), cert_reqs=ssl.CERT_REQUIRED, **files)
    except ssl.CertificateError as error:
        return "certificate: " + error.verify_message
    except ssl.SSLError as error:
        return "TLS: " + error.reason
    except (OSError, ValueError) as error:
        return type(error).__name__


print(connect("right"))
print(connect("self-signed", ca_certs="ca.pem"))
print(connect("plain", ca_certs="ca.pem"))
print(connect("right", ca_certs="nowhere.pem"))
print(connect("right", ca_certs="ca.pem", keyfile="client.key"))
print(connect("right", ca_certs="ca.pem", certfile="client.crt", keyfile="server.key"))
