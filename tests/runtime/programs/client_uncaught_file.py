# An exception about a file ends the program.
import ssl

import peers

sock = peers.connect()
sock = ssl.wrap_socket(sock, certfile="nowhere.pem")
