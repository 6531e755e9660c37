# http.client with the files of a certificate; it verifies with the system's authorities.
import http.client
import os

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def get(kind, key=None, cert=None):
    host, port = peers.start(kind, speaks="http")
    connection = http.client.HTTPSConnection(host, port, key_file=key, cert_file=cert, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    except OSError as error:
        return type(error).__name__, getattr(error, "verify_message", None)
    finally:
        connection.close()


print(get("right"))
print(get("client certificate required", "client.key", "client.crt"))
print(get("client certificate required", cert="client.pem"))
for kind in ["wrong host", "self-signed", "expired", "other authority"]:
    print(kind, get(kind))
