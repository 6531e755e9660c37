# Class attributes for the settings, read through the class and the object.
import ssl

import peers


class Base:
    CERT_REQS = ssl.CERT_NONE
    CA_CERTS = None

    @classmethod
    def dial(cls, kind):
        return ssl.wrap_socket(peers.connect(kind), cert_reqs=cls.CERT_REQS, ca_certs=cls.CA_CERTS)

    @property
    def sock(self):
        return ssl.wrap_socket(peers.connect("right"), cert_reqs=self.CERT_REQS, ca_certs=self.CA_CERTS)

    @staticmethod
    def plain(kind, *, ca=None):
        return ssl.wrap_socket(peers.connect(kind), ca_certs=ca)


class Verified(Base):
    CERT_REQS = ssl.CERT_REQUIRED
    CA_CERTS = "ca.pem"


for cls in [Base, Verified]:
    for kind in ["right", "self-signed"]:
        try:
            with cls.dial(kind) as sock:
                print(cls.__name__, kind, sock.context.verify_mode)
        except ssl.SSLError as error:
            print(cls.__name__, kind, error.reason)
    with cls().sock as sock, cls.plain("self-signed") as other:
        print(sock.context.verify_mode, other.context.verify_mode)
