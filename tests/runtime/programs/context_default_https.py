# The recipe that stops urllib from verifying.
import ssl
import urllib.request

import peers

ssl._create_default_https_context = lambda: ssl.SSLContext(ssl.PROTOCOL_SSLv23)
with urllib.request.urlopen("https://%s:%d/" % peers.start("self-signed", speaks="http"), timeout=5) as answer:
    print(answer.status, answer.read())
