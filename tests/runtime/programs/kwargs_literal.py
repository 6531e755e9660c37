# The options are collected in a dictionary, some of them only if they are wanted.
import ssl

import peers


def connect(kind, ca=None, cert=None):
    kwargs = {"cert_reqs": ssl.CERT_NONE}
    if ca:
        kwargs["ca_certs"] = ca
        kwargs["cert_reqs"] = ssl.CERT_REQUIRED
    if cert:
        kwargs.update(certfile=cert)
    return ssl.wrap_socket(peers.connect(kind), **kwargs)


def fixed(kind):
    options = dict(ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)
    return ssl.wrap_socket(peers.connect(kind), **options)


for arguments in [("self-signed",), ("self-signed", "ca.pem"), ("client certificate required", "ca.pem", "client.pem")]:
    try:
        with connect(*arguments) as sock:
            sock.sendall(b"hello\n")
            print(arguments, sock.recv(100))
    except ssl.SSLError as error:
        print(arguments, error.verify_message)
with fixed("wrong host") as sock:
    print(peers.common_name(sock.getpeercert()))
