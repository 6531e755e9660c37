# An argument changes what another one reads.
import ssl

import peers


class Settings:
    ca = "nowhere.pem"
    kind = "right"

    def dial(self):
        self.ca = "ca.pem"
        return peers.connect(self.kind)

    def connect(self):
        return ssl.wrap_socket(self.dial(), ca_certs=self.ca, cert_reqs=ssl.CERT_REQUIRED)

    def connect_late(self):
        return ssl.wrap_socket(cert_reqs=ssl.CERT_REQUIRED, ca_certs=self.ca, sock=self.dial())


with Settings().connect() as sock:
    print(peers.common_name(sock.getpeercert()))
try:
    Settings().connect_late()
except FileNotFoundError:
    print("read before the dial")
