# A table of protocols, and the one that leads back from them.
# left for a person: one constant in the place of all would make all keys of the reversed table one
import ssl

import peers

VERSIONS = {"any": ssl.PROTOCOL_TLS, "tls1.2": ssl.PROTOCOL_TLSv1_2}
NAMES = {protocol: name for name, protocol in VERSIONS.items()}

for version in VERSIONS:
    context = ssl.SSLContext(VERSIONS[version])
    with context.wrap_socket(peers.connect("TLS 1.2 only")) as sock:
        print(version, NAMES[context.protocol], sock.version())
