# http.client with a context, and a class that connects by itself.
import http.client
import socket
import ssl

import peers


class OldConnection(http.client.HTTPConnection):
    default_port = 443

    def __init__(self, host, port, key_file=None, cert_file=None, ca_certs=None):
        http.client.HTTPConnection.__init__(self, host, port)
        self.key_file = key_file
        self.cert_file = cert_file
        self.ca_certs = ca_certs
        self.cert_reqs = ssl.CERT_REQUIRED if ca_certs else ssl.CERT_NONE

    def connect(self):
        sock = socket.create_connection((self.host, self.port), 5)
        if getattr(self, "_tunnel_host", None):
            self.sock = sock
            self._tunnel()
        self.sock = ssl.wrap_socket(
            sock, keyfile=self.key_file, certfile=self.cert_file, cert_reqs=self.cert_reqs, ca_certs=self.ca_certs
        )


def get(connection):
    connection.request("GET", "/")
    body = connection.getresponse().read()
    connection.close()
    return body


context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
address = peers.start("self-signed", speaks="http")
print(get(http.client.HTTPSConnection(*address, context=context, timeout=5)))
print(get(OldConnection(*address)))
address = peers.start("client certificate required", speaks="http")
print(get(OldConnection(*address, key_file="client.key", cert_file="client.crt", ca_certs="ca.pem")))
address = peers.start("expired", speaks="http")
try:
    get(OldConnection(*address, ca_certs="ca.pem"))
except ssl.SSLError as error:
    print(error.verify_message)
