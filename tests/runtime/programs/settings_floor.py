# With a floor of TLS 1.3 an older server is not reached any more, and a newer one as before.
# differs: the floor is meant
# afterwards: call right b'hello\n' True
# afterwards: call TLS 1.2 only refused
# afterwards: context right b'hello\n' True
# afterwards: context TLS 1.2 only refused
# afterwards: function right b'hello\n' True
# afterwards: function TLS 1.2 only refused
# options: --minimum-version TLSv1_3
import ssl

import peers


def call(sock):
    return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem", ciphers="ECDHE+AESGCM")


def context(sock):
    made = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    made.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return made.wrap_socket(sock, server_hostname="localhost")


def function(sock):
    return [ssl.wrap_socket(each, ssl_version=ssl.PROTOCOL_TLS) for each in [sock]][0]


for secure in [call, context, function]:
    for kind in ["right", "TLS 1.2 only"]:
        try:
            with secure(peers.connect(kind)) as sock:
                sock.sendall(b"hello\n")
                print(secure.__name__, kind, sock.recv(100), sock.version() == "TLSv1.3")
        except ssl.SSLError:
            print(secure.__name__, kind, "refused")
