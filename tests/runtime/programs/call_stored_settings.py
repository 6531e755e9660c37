# Settings that are stored keep their numbers.
import json
import ssl

import peers

settings = json.loads(json.dumps({"cert_reqs": int(ssl.CERT_REQUIRED), "ca_certs": "ca.pem", "keyfile": None}))


def connect(kind, settings):
    return ssl.wrap_socket(
        peers.connect(kind),
        keyfile=settings["keyfile"],
        cert_reqs=settings["cert_reqs"],
        ca_certs=settings["ca_certs"],
    )


with connect("wrong host", settings) as sock:
    print(sock.context.verify_mode is ssl.CERT_REQUIRED)
