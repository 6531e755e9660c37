# Values from the configuration that are None or empty stand for nothing.
import ssl

import peers


class Connection:
    def __init__(self, key_file=None, cert_file=None, ca_certs=None, ciphers=None, cert_reqs=ssl.CERT_NONE):
        self.key_file = key_file
        self.cert_file = cert_file
        self.ca_certs = ca_certs
        self.ciphers = ciphers
        self.cert_reqs = cert_reqs

    def connect(self, kind):
        self.sock = ssl.wrap_socket(
            peers.connect(kind),
            keyfile=self.key_file,
            certfile=self.cert_file,
            ca_certs=self.ca_certs,
            ciphers=self.ciphers,
            cert_reqs=self.cert_reqs,
        )
        return self.sock


def attempt(kind="right", **options):
    try:
        with Connection(**options).connect(kind) as sock:
            sock.sendall(b"hello\n")
            print(options, sock.recv(100), sock.context.verify_mode)
    except Exception as error:
        print(options, type(error).__name__, getattr(error, "reason", error.errno if isinstance(error, OSError) else None))


attempt()
attempt(key_file="", cert_file="", ca_certs="", ciphers="")
attempt(key_file="client.key", cert_file="client.crt")
attempt("client certificate required", key_file="client.key", cert_file="client.crt")
attempt(cert_file="client.pem")
attempt(cert_file="client.pem", key_file=None)
attempt(key_file="client.key")
attempt(cert_file="nowhere.pem")
attempt(cert_file="client.crt")
attempt(cert_file="client.crt", key_file="server.key")
attempt(cert_file="client.crt", key_file="")
attempt(ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)
attempt("other authority", ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)
attempt(ca_certs="nowhere.pem")
attempt(ca_certs="client.key")
attempt(cert_reqs=ssl.CERT_REQUIRED)
attempt(cert_reqs=ssl.CERT_OPTIONAL, ca_certs="")
attempt("wrong host", cert_reqs=ssl.CERT_OPTIONAL, ca_certs="ca.pem")
attempt(cert_reqs=2, ca_certs="ca.pem")
attempt(cert_reqs=True, ca_certs="ca.pem")
attempt(cert_reqs=7)
attempt(cert_reqs=None)
attempt(cert_reqs="CERT_NONE")
attempt(ciphers="ECDHE+AESGCM")
attempt(ciphers="no such cipher")
attempt("one cipher", ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
attempt(ca_certs=b"ca.pem", cert_reqs=ssl.CERT_REQUIRED)
