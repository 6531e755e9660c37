# http.client that does not look at the name.
import http.client
import os

import peers

os.environ["SSL_CERT_FILE"] = os.path.abspath("ca.pem")


def get(kind, check):
    host, port = peers.start(kind, speaks="http")
    connection = http.client.HTTPSConnection(host, port, check_hostname=check, timeout=5)
    connection.request("GET", "/")
    return connection.getresponse().read()


print(get("wrong host", False))
for kind, check in [("wrong host", None), ("wrong host", True), ("self-signed", False)]:
    try:
        get(kind, check)
    except OSError as error:
        print(kind, check, error.verify_message)
