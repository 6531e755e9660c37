# Suites on one line, semicolons, a comment behind.
import ssl

import peers


class Client:
    def connect(self, tls):
        self.sock = peers.connect()
        if tls: self.sock = ssl.wrap_socket(self.sock)
        else: self.plain = True
        self.ready = True; self.extra = ssl.wrap_socket(peers.connect()); self.done = True  # ready
        try: self.peer = 1; self.third = ssl.wrap_socket(peers.connect("self-signed"), cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
        except ssl.SSLError as error: print(error.reason)
        finally: self.close()

    def close(self):
        print(type(self.sock).__name__, self.ready, self.done, self.peer)
        self.sock.close(); self.extra.close()


Client().connect(True)
