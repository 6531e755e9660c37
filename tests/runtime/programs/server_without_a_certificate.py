# A server without a certificate is refused at the call, not at the first connection.
import socket
import ssl


def secure(sock, certfile, keyfile=None):
    return ssl.wrap_socket(sock, keyfile=keyfile, certfile=certfile, server_side=True)


with socket.socket() as sock:
    for certfile in [None, "", "nowhere.pem", "ca.pem"]:
        try:
            secure(sock, certfile)
        except ValueError as error:
            print(type(error).__name__, error)
        except OSError as error:
            print(type(error).__name__)
