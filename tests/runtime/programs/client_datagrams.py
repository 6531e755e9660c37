# Datagrams are refused.
import socket
import ssl

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    ssl.wrap_socket(sock, cert_reqs=ssl.CERT_NONE)
except NotImplementedError as error:
    print(error)
sock.close()
