import smtplib

class Mailer:
    def connect(self):
        self.server = smtplib.SMTP_SSL(self.host, self.port, keyfile=self.find
            ("key"), certfile=self.find("pem"))
