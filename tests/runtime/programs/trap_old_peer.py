# A peer that speaks TLS 1.0 only, and a program that still reaches it.
# unsafe: ciphers at security level 0 show that the program means old versions
# differs: TLS 1.0 is no longer spoken
# afterwards: SSLError
import ssl

import peers

try:
    sock = ssl.wrap_socket(peers.connect("TLS 1.0 only"), ssl_version=ssl.PROTOCOL_TLSv1, ciphers="ALL:@SECLEVEL=0")
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
except ssl.SSLError as error:
    print("SSLError")
