# A loop that tries again after a failure.
import ssl

import peers


def connect(kinds):
    for kind in kinds:
        sock = peers.connect(kind)
        try:
            sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs="ca.pem")
        except ssl.SSLError as error:
            print(kind, error.reason, sock.fileno())
            sock.close()
            continue
        except ValueError as error:
            print("not this one", error)
        break
    return sock


with connect(["self-signed", "expired", "plain", "right"]) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
