# -*- coding: latin-1 -*-
"""Joins two chat rooms: what is said in one is heard in the other.

    python -m chat.bridge localhost:7443 localhost:7444

Für zwei Räume an zwei Orten, etwa Köln und Málaga.
"""

import socket
import ssl
import sys
import threading

SEPARATOR = u'·'
DEFAULTS = {'ssl_version': ssl.PROTOCOL_TLS, 'cert_reqs': ssl.CERT_NONE}


def join(place, **options):
    """A connection to the room at HOST:PORT; the options are those of ssl.wrap_socket."""
    host, _, port = place.partition(':')
    settings = dict(DEFAULTS, **options)
    plain = socket.create_connection((host, int(port)))
    return ssl.wrap_socket(plain, **settings)


def relay(name, source, target):
    with source.makefile('rb') as lines:
        for line in lines:
            if line.startswith(b'*'):  # the server's own words stay where they are
                continue
            prefix = u'%s %s ' % (name, SEPARATOR)
            target.sendall(prefix.encode('utf-8') + line)


def main(first, second, ca_certs=None):
    options = {}
    if ca_certs:
        options.update(ca_certs=ca_certs, cert_reqs=ssl.CERT_REQUIRED)
    one, other = join(first, **options), join(second, **options)
    threading.Thread(target=relay, args=(second, other, one), daemon=True).start()
    relay(first, one, other)


if __name__ == '__main__':
    main(*sys.argv[1:])
