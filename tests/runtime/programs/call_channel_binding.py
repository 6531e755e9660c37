# The channel binding and the ciphers of the connection.
import ssl

import peers

with ssl.wrap_socket(peers.connect("TLS 1.2 only"), ciphers="ECDHE+AESGCM") as sock:
    print(len(sock.get_channel_binding("tls-unique")), sock.cipher()[0].startswith("ECDHE"), sock.cipher()[2] >= 128)
    print(sock.selected_alpn_protocol(), sock.compression(), sock.session is not None)
