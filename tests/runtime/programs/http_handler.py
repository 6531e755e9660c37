# A handler of urllib with a connection of its own.
import ssl
import urllib.request

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
print(opener.open("https://%s:%d/" % peers.start("expired", speaks="http"), timeout=5).read())
