# Under `harden`, a host that is not proven is for a person.
# options: --policy harden
# left for a person: nothing says which name the certificate must have
import ssl

import peers


def secure(sock, host):
    return ssl.wrap_socket(sock)


with secure(peers.connect("self-signed"), "localhost") as sock:
    print(sock.server_hostname)
