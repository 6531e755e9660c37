# Special methods, where an exception matters.
import ssl

import peers


class Connection:
    def __init__(self, kind, **options):
        self.kind = kind
        self.ca = options.get("ca")

    def __enter__(self):
        self.sock = ssl.wrap_socket(
            peers.connect(self.kind), cert_reqs=ssl.CERT_REQUIRED if self.ca else ssl.CERT_NONE, ca_certs=self.ca
        )
        return self.sock

    def __exit__(self, kind, error, traceback):
        self.sock.close()
        return isinstance(error, KeyError)

    def __call__(self, data): return ssl.wrap_socket(peers.connect(self.kind), ca_certs=self.ca).sendall(data)


with Connection("self-signed") as sock:
    print(sock.version() is not None)
    raise KeyError
print(Connection("right", ca="ca.pem")(b"hello\n"))
try:
    with Connection("self-signed", ca="ca.pem"):
        print("never")
except ssl.SSLError as error:
    print(error.verify_message)
