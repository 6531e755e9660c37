import ssl

class Client:
    def connect(self):
        self.connection.context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
