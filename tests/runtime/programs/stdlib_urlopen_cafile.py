# urlopen with its own authorities.
import urllib.error
import urllib.request

import peers


def fetch(kind, cafile=None, capath=None):
    url = "https://%s:%d/" % peers.start(kind, speaks="http")
    try:
        with urllib.request.urlopen(url, timeout=5, cafile=cafile, capath=capath) as answer:
            return answer.read()
    except urllib.error.URLError as error:
        return error.reason.verify_message


for kind in ["right", "wrong host", "other authority"]:
    print(kind, fetch(kind, "ca.pem"))
print(fetch("authority without key usage"))
