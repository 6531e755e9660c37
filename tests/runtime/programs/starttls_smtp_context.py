# smtplib with a context of the old kind.
import smtplib
import ssl

import peers


def send(kind, ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    if ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ca)
    host, port = peers.start(kind, speaks="smtp", starttls=True)
    with smtplib.SMTP(host, port, local_hostname="here", timeout=5) as server:
        server.starttls(context=context)
        return server.noop()


print(send("self-signed"))
print(send("wrong host", "ca.pem"))
try:
    send("self-signed", "ca.pem")
except ssl.SSLError as error:
    print(error.verify_message)
