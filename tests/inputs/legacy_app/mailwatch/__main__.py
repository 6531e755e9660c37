"""python -m mailwatch SETTINGS.ini [RECIPIENT]"""

import sys

from mailwatch import settings
from mailwatch.mailbox import IMAPS_PORT, Mailbox
from mailwatch.relay import Relay


def main(path, recipient=None):
    box, relay = settings.read(path)
    mailbox = Mailbox(box.host, box.port or IMAPS_PORT, box.keyfile, box.certfile)
    try:
        mailbox.login(box.user, box.password)
        unread = mailbox.unread()
    finally:
        mailbox.close()
    print("%d unread" % unread)
    if unread and relay and recipient:
        Relay(relay).send(box.user, recipient, "%d messages wait for you" % unread)


if __name__ == "__main__":
    main(*sys.argv[1:])
