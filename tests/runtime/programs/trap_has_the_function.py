# The new way where the old function is missing.
# left alone: it asks for the function first
import ssl

import peers


def secure(sock):
    if not hasattr(ssl, "wrap_socket"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(sock)
    return ssl.wrap_socket(sock)


with secure(peers.connect("self-signed")) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
