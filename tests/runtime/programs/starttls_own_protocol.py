# A protocol of the program's own that goes over to TLS.
import ssl

import peers


class Client:
    def __init__(self, kind, tls_options):
        self.sock = peers.connect(kind, starttls=True)
        self.options = tls_options

    def ask(self, line):
        self.sock.sendall(line)
        return self.sock.recv(100)

    def starttls(self):
        answer = self.ask(b"STARTTLS\n")
        if not answer.startswith(b"go"):
            raise RuntimeError(answer)
        self.sock = ssl.wrap_socket(
            self.sock,
            keyfile=self.options.get("keyfile"),
            certfile=self.options.get("certfile"),
            ca_certs=self.options.get("cafile"),
            cert_reqs=ssl.CERT_REQUIRED if self.options.get("cafile") else ssl.CERT_NONE,
            ssl_version=ssl.PROTOCOL_SSLv23,
        )


for kind in ["right", "self-signed"]:
    for options in [{}, {"cafile": "ca.pem"}, {"certfile": "nowhere.pem"}]:
        client = Client(kind, options)
        try:
            client.starttls()
            print(kind, options, client.ask(b"secret\n"))
        except ssl.SSLError as error:
            print(kind, options, error.reason, client.sock.fileno())
        except OSError as error:
            print(kind, options, type(error).__name__, client.sock.fileno() > 0)
        client.sock.close()
