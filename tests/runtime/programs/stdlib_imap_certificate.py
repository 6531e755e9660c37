# imaplib with the files of a certificate, or with nothing in their place.
import imaplib
import ssl

import peers


def mailbox(kind, **files):
    host, port = peers.start(kind, speaks="imap")
    return imaplib.IMAP4_SSL(host, port, keyfile=files.get("key"), certfile=files.get("cert"))


for client in [mailbox("self-signed"), mailbox("client certificate required", key="client.key", cert="client.crt")]:
    print(client.noop(), client.socket().context.verify_mode)
    client.logout()

host, port = peers.start("right", speaks="imap")
client = imaplib.IMAP4_SSL(host, port, None, None, ssl.create_default_context(cafile="ca.pem"))
print(client.noop())
client.logout()
