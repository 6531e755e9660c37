# A class that copies its settings, the context among them.
# leaves: a method that anybody may call returns the context
import copy
import ssl

import peers


class Settings:
    def __init__(self, host, ca=None):
        self.host = host
        self.ca = ca

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        context.verify_mode = ssl.CERT_NONE
        if self.ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context

    def connect(self, kind):
        return self.context().wrap_socket(peers.connect(kind), server_hostname=self.host)


settings = copy.deepcopy(Settings("localhost", "ca.pem"))
for kind in ["wrong host", "self-signed"]:
    try:
        with settings.connect(kind) as sock:
            print(kind, peers.common_name(sock.getpeercert()))
    except ssl.SSLError as error:
        print(kind, error.verify_message)
