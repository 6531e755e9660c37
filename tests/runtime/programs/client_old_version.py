# Whoever asked for TLS 1.0 gets what the server speaks.
# differs: TLS 1.0 is no longer spoken, so this did not connect and now does
# afterwards: b'hello\n'
import ssl

import peers

try:
    sock = ssl.wrap_socket(peers.connect(), ssl_version=ssl.PROTOCOL_TLSv1)
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
except ssl.SSLError:
    print("does not connect")
