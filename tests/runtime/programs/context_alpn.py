# Protocols of the application, and ciphers of the client.
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
context.set_alpn_protocols(["h2", "http/1.1"])
context.set_ciphers("ECDHE+AESGCM")
with context.wrap_socket(peers.connect("one cipher"), server_hostname="localhost") as sock:
    print(sock.selected_alpn_protocol(), sock.cipher()[0])
