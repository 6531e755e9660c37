# HTTP by hand.
import ssl

import peers

sock = ssl.wrap_socket(peers.connect(speaks="http"), ssl_version=ssl.PROTOCOL_SSLv23)
sock.write(b"GET / HTTP/1.0\r\n\r\n")
stream = sock.makefile("rb")
print(stream.readline(), stream.readline(), stream.readline(), stream.read(5))
stream.close()
sock.close()
