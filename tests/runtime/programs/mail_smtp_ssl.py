# A mail client whose class makes its own connection.
import smtplib
import socket
import ssl

import peers


class Client(smtplib.SMTP):
    certfile = None
    keyfile = None

    def _get_socket(self, host, port, timeout):
        sock = socket.create_connection((host, port), timeout)
        return ssl.wrap_socket(sock, self.keyfile, self.certfile)


class IdentifiedClient(Client):
    certfile = "client.crt"
    keyfile = "client.key"


for kind, client in [("self-signed", Client), ("client certificate required", IdentifiedClient)]:
    host, port = peers.start(kind, speaks="smtp")
    with client(host, port, local_hostname="here", timeout=5) as server:
        print(server.noop())
