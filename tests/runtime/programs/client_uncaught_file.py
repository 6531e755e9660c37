# An exception about a file ends the program.
# fails: there is no such file
import ssl

import peers

sock = peers.connect()
sock = ssl.wrap_socket(sock, certfile="nowhere.pem")
