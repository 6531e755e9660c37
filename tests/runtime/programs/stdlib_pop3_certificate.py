# poplib with the file of a certificate.
import poplib

import peers

host, port = peers.start("client certificate required", speaks="pop3")
client = poplib.POP3_SSL(host, port, certfile="client.pem", timeout=5)
print(client.stat(), client.quit())
host, port = peers.start("self-signed", speaks="pop3")
client = poplib.POP3_SSL(host, port, None, None, 5)
print(client.stat(), client.quit())
