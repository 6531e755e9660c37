# Classes of the standard library that kept the files of the certificate until Python 3.12.
# leaves: who keeps them now is for a person
# differs from 3.12: they are not kept
import http.client
import smtplib
import socket
import ssl

import peers


class Connection(http.client.HTTPSConnection):
    def connect(self):
        sock = socket.create_connection((self.host, self.port), 5)
        self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)


class Client(smtplib.SMTP_SSL):
    def _get_socket(self, host, port, timeout):
        sock = socket.create_connection((host, port), timeout)
        return ssl.wrap_socket(sock, self.keyfile, self.certfile)


try:
    connection = Connection(*peers.start("client certificate required"), key_file="client.key", cert_file="client.crt")
    connection.connect()
    print(connection.sock.version() is not None)
    connection.close()
    client = Client(*peers.start("asks for a certificate", speaks="smtp"), "here", "client.key", "client.crt", timeout=5)
    print(client.noop())
    client.quit()
except TypeError as error:
    print(error)
