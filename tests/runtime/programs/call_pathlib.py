# Paths that are objects.
import pathlib
import ssl

import peers

HERE = pathlib.Path(".")

with ssl.wrap_socket(
    peers.connect("client certificate required"),
    certfile=HERE / "client.crt",
    keyfile=str(HERE / "client.key"),
    ca_certs=HERE / "ca.pem",
    cert_reqs=ssl.CERT_REQUIRED,
) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
