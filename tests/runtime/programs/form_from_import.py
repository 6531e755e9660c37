# The names are imported one by one, and the removed one among them.
import peers
from ssl import (
    CERT_REQUIRED,
    SSLError,
    wrap_socket as secure,  # gone in 3.12
)


def connect(kind):
    try:
        return secure(peers.connect(kind), cert_reqs=CERT_REQUIRED, ca_certs="ca.pem")
    except SSLError as error:
        return error.verify_message


print(connect("expired"))
sock = connect("right")
sock.sendall(b"hello\n")
print(sock.recv(100))
sock.close()
