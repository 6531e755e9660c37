# ftplib with the files of a certificate.
import ftplib

import peers


class Client(ftplib.FTP_TLS):
    def where(self):
        return self.pwd()


ftp = ftplib.FTP_TLS(keyfile="client.key", certfile="client.crt", timeout=5)
ftp.connect(*peers.start("client certificate required", speaks="ftp", starttls=True))
print(ftp.login("me", "secret"), ftp.prot_p(), ftp.pwd())
ftp.quit()
plain = Client(timeout=5)
plain.connect(*peers.start("self-signed", speaks="ftp", starttls=True))
print(plain.login("me", "secret"), plain.where())
plain.quit()
