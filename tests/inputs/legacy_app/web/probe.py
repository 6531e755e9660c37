"""Tells whether a web server answers, and over which protocol.

    python -m web.probe localhost 8443
"""

import socket
import ssl as tls
import sys


class Probe(object):
	def __init__(self, host, port, secure=True):
		self.host, self.port = host, port
		s = socket.socket(); s.settimeout(10)
		if secure: s = tls.wrap_socket(s)
		s.connect((host, port))
		self.sock = s

	def protocol(self):
		if isinstance(self.sock, tls.SSLSocket):
			return self.sock.version()
		return 'plain'

	def status(self, path='/'):
		request = 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' % (path, self.host)
		self.sock.sendall(request.encode('ascii'))
		answer = b''
		while b'\n' not in answer:
			data = self.sock.recv(4096)
			if not data:
				break
			answer += data
		return answer.partition(b'\r\n')[0].decode('ascii')

	def close(self):
		self.sock.close()


def modern_only(host, port):
	"""True if the server refuses everything older than TLS 1.2."""
	context = tls.SSLContext(tls.PROTOCOL_TLS)
	context.options &= ~(tls.OP_NO_TLSv1 | tls.OP_NO_TLSv1_1)
	context.options |= tls.OP_NO_TLSv1_2 | tls.OP_NO_TLSv1_3
	try:
		with socket.create_connection((host, port), 10) as plain:
			context.wrap_socket(plain).close()
	except tls.SSLError:
		return True
	return False


if __name__ == '__main__':
	host, port = sys.argv[1], int(sys.argv[2])
	probe = Probe(host, port)
	print(probe.protocol(), probe.status())
	probe.close()
	print('modern only' if modern_only(host, port) else 'accepts old protocols')
