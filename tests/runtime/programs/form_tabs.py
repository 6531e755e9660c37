# Tabs, and lines that go on.
import ssl

import peers


class Client:
	tls = True
	ca = "ca.pem"

	def connect(self):
		self.sock = peers.connect("wrong host")
		if self.tls and \
				self.sock:
			self.sock = \
				ssl.wrap_socket(self.sock,
					ca_certs=self.ca,
					cert_reqs=ssl.CERT_REQUIRED)
		return self


client = Client().connect()
client.sock.sendall(b"hello\n")
print(client.sock.recv(100))
client.sock.close()
