# smtplib, secured by hand.
import smtplib
import ssl

import peers

host, port = peers.start("self-signed", speaks="smtp", starttls=True)
server = smtplib.SMTP(host, port, local_hostname="here", timeout=5)
server.ehlo()
print(server.docmd("STARTTLS"))
server.sock = ssl.wrap_socket(server.sock)
server.file = None
server.ehlo_resp = None
print(server.noop())
print(server.quit())
