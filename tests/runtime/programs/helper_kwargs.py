# The arguments are in a dictionary of the caller.
# leaves: the constant goes into a function of the program, which passes it on out of sight
import ssl

import peers


class Connection:
    def __init__(self, kind, **tls):
        self.tls = tls
        self.sock = peers.connect(kind)

    def secure(self):
        self.sock = ssl.wrap_socket(self.sock, **self.tls)
        return self


def attempt(kind="right", **tls):
    try:
        with Connection(kind, **tls).secure().sock as sock:
            sock.sendall(b"hello\n")
            print(tls, sock.recv(100), sock.context.verify_mode, sock.context.check_hostname)
    except Exception as error:
        print(tls, type(error).__name__, getattr(error, "reason", None) or str(error).split("(")[-1][:30])


attempt()
attempt(cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
attempt("wrong host", cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
attempt("self-signed", cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
attempt("client certificate required", certfile="client.crt", keyfile="client.key")
attempt(keyfile="client.key")
attempt(certfile=None, keyfile=None, ca_certs="", ciphers="")
attempt(certfile="nowhere.pem")
attempt(cert_reqs=None)
attempt(server_side=True)
attempt(server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=False)
attempt(ssl_version=ssl.PROTOCOL_SSLv23)
attempt(ciphers="nothing like it")
attempt(no_such="parameter")
attempt(server_hostname="localhost")
