"""The names that `--tls` takes, and what this Python can do of them."""

import ssl

PROTOCOLS = {
    "any": ssl.PROTOCOL_SSLv23,
    "1.0": ssl.PROTOCOL_TLSv1,
    "1.1": ssl.PROTOCOL_TLSv1_1,
    "1.2": ssl.PROTOCOL_TLSv1_2,
}

HAS_CONTEXT = hasattr(ssl, "SSLContext")


def protocol(name):
    try:
        return PROTOCOLS[name]
    except KeyError:
        raise SystemExit("--tls is one of %s" % ", ".join(sorted(PROTOCOLS)))


def wrap_for(sock, name, host, ca_certs=None):
    """The socket of a client, over the named protocol."""
    if HAS_CONTEXT:
        context = ssl.SSLContext(protocol(name))
        if ca_certs:
            context.load_verify_locations(ca_certs)
            context.verify_mode = ssl.CERT_REQUIRED
            context.check_hostname = True
        return context.wrap_socket(sock, server_hostname=host)
    return ssl.wrap_socket(sock, ssl_version=protocol(name), ca_certs=ca_certs)
