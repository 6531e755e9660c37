# The function is replaced for the whole process.
# left for a person: nothing passes through it any more
import functools
import ssl

import peers

original = ssl.wrap_socket


@functools.wraps(original)
def verified(*args, **kwargs):
    kwargs["cert_reqs"] = ssl.CERT_REQUIRED
    kwargs["ca_certs"] = "ca.pem"
    return original(*args, **kwargs)


ssl.wrap_socket = verified
try:
    ssl.wrap_socket(peers.connect("self-signed"))
except ssl.SSLError as error:
    print(error.reason)
