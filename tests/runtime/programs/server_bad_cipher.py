# A cipher that nobody knows is an error at the call.
import socket
import ssl

with socket.socket() as sock:
    for ciphers in ["nothing like it", "", None, "HIGH"]:
        try:
            ssl.wrap_socket(sock, server_side=True, certfile="server.pem", ciphers=ciphers)
            print("taken")
        except ssl.SSLError as error:
            print(type(error).__name__, error)
        except OSError as error:
            print(type(error).__name__)
