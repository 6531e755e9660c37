# FTP over TLS.
import ftplib
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
client = ftplib.FTP_TLS(context=context)
client.connect(*peers.start("wrong host", speaks="ftp", starttls=True), timeout=5)
print(client.login("me", "secret"))
print(client.prot_p(), client.pwd())
print(client.sock.version() is not None, client.quit())
