# Of two errors at once it is the other one that is raised.
# differs: the key without its certificate is noticed later, behind the authorities
# afterwards: ca_certs FileNotFoundError
# afterwards: cert_reqs TypeError
import socket
import ssl


def secure(sock, keyfile=None, certfile=None, ca_certs=None, cert_reqs=ssl.CERT_NONE):
    return ssl.wrap_socket(sock, keyfile, certfile, ca_certs=ca_certs, cert_reqs=cert_reqs)


for options in [{"ca_certs": "nowhere.pem"}, {"cert_reqs": None}]:
    try:
        secure(None, keyfile="client.key", **options)
    except Exception as error:
        print(*options, type(error).__name__)
