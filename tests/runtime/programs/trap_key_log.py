# A file for the keys is not written, as before.
import os
import ssl
import tempfile

import peers

folder = tempfile.mkdtemp()
os.environ["SSLKEYLOGFILE"] = os.path.join(folder, "keys")
with ssl.wrap_socket(peers.connect()) as sock:
    print(sock.version() is not None)
context = ssl.SSLContext(ssl.PROTOCOL_TLS)
with context.wrap_socket(peers.connect()) as sock:
    print(os.listdir(folder))
os.rmdir(folder)
