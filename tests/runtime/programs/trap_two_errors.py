# Of two errors the same one is raised.
import socket
import ssl


class Settings:
    def __init__(self, **values):
        self.keyfile = values.get("keyfile")
        self.certfile = values.get("certfile")
        self.ca_certs = values.get("ca_certs")
        self.ciphers = values.get("ciphers")
        self.cert_reqs = values.get("cert_reqs", ssl.CERT_NONE)


def secure(sock, settings):
    return ssl.wrap_socket(
        sock,
        keyfile=settings.keyfile,
        certfile=settings.certfile,
        ca_certs=settings.ca_certs,
        ciphers=settings.ciphers,
        cert_reqs=settings.cert_reqs,
    )


def serve(sock, settings):
    return ssl.wrap_socket(
        sock,
        certfile=settings.certfile,
        server_side=True,
        ca_certs=settings.ca_certs,
        cert_reqs=settings.cert_reqs,
    )


for values in [
    {"ca_certs": "nowhere.pem", "certfile": "ca.pem"},
    {"ca_certs": "client.key", "certfile": "nowhere.pem"},
    {"certfile": "nowhere.pem", "ciphers": "nothing like it"},
    {"cert_reqs": 7, "ca_certs": "nowhere.pem"},
    {"cert_reqs": None, "certfile": "nowhere.pem"},
    {"ciphers": "nothing like it"},
]:
    for function in [secure, serve]:
        try:
            function(None, Settings(**values))
        except Exception as error:
            print(function.__name__, values, type(error).__name__, getattr(error, "errno", None))
