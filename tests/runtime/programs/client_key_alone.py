# A key without a certificate is refused at the call.
import ssl

import peers


def secure(sock, keyfile=None, certfile=None):
    return ssl.wrap_socket(sock, keyfile, certfile)


raw = peers.connect()
try:
    secure(raw, keyfile="client.key")
except ValueError as error:
    print(error)
secure(raw).close()
