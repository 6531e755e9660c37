# imaplib with a context of the old kind.
import imaplib
import ssl

import peers

context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations("ca.pem")
for kind in ["wrong host", "expired"]:
    host, port = peers.start(kind, speaks="imap")
    try:
        client = imaplib.IMAP4_SSL(host, port, ssl_context=context)
        print(client.noop())
        client.logout()
    except ssl.SSLError as error:
        print(error.verify_message)
