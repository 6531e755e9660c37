# urllib with a context, verified and not.
import ssl
import urllib.error
import urllib.request

import peers


def fetch(kind, ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if ca:
        context.load_verify_locations(ca)
        context.verify_mode = ssl.CERT_REQUIRED
    url = "https://%s:%d/" % peers.start(kind, speaks="http")
    try:
        with urllib.request.urlopen(url, context=context, timeout=5) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        return error.reason.reason


for kind in ["right", "wrong host", "self-signed"]:
    print(kind, fetch(kind), fetch(kind, "ca.pem"))
