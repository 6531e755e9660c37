# smtplib with the files of a certificate, which its methods no longer take.
import smtplib

import peers


def send(kind, key=None, certificate=None):
    host, port = peers.start(kind, speaks="smtp")
    server = smtplib.SMTP_SSL(host, port, "here", keyfile=key, certfile=certificate, timeout=5)
    print(kind, server.noop())
    server.quit()


def send_later(kind, key=None, certificate=None):
    host, port = peers.start(kind, speaks="smtp", starttls=True)
    server = smtplib.SMTP(host, port, "here", timeout=5)
    print(server.starttls(key, certificate))
    print(kind, server.noop(), server.ehlo_resp)
    server.quit()


for function in [send, send_later]:
    function("client certificate required", "client.key", "client.crt")
    function("self-signed")
    function("asks for a certificate", certificate="client.pem")
