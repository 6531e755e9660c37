# ftplib with a version as a class attribute, which Python 3.12 ignores.
# left for a person: what takes its place is a context
import ftplib
import ssl


class Client(ftplib.FTP_TLS):
    ssl_version = ssl.PROTOCOL_TLSv1_2


print(Client().context.protocol == ssl.PROTOCOL_TLSv1_2)
