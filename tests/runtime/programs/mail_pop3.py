# poplib with STLS and a context.
# leaves: `PROTOCOL_TLS` works, and the side is for a person
import poplib
import ssl

import peers

host, port = peers.start("self-signed", speaks="pop3", starttls=True)
client = poplib.POP3(host, port, timeout=5)
print(client.getwelcome())
context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
print(client.stls(context))
print(client.stat())
print(client.quit())
