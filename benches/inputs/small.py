"""Fetch one line from a server that speaks TLS."""

import socket
import ssl


def fetch(host, port=443, bundle=None):
    plain = socket.create_connection((host, port), timeout=10)
    secured = ssl.wrap_socket(plain, cert_reqs=ssl.CERT_REQUIRED, ca_certs=bundle)
    try:
        secured.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        return secured.recv(1024).split(b"\r\n", 1)[0]
    finally:
        secured.close()
