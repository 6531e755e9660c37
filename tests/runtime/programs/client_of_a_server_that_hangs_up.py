# The server closes in the middle of the handshake.
import ssl

import peers

try:
    ssl.wrap_socket(peers.connect("closes"))
except ssl.SSLEOFError as error:
    print(error.args[0] == ssl.SSL_ERROR_EOF)
except OSError as error:
    print(type(error).__name__)
