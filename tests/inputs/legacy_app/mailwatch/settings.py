"""The settings of mailwatch, read from an ini file."""

import configparser
import ssl

# What an ini file may say for `verify`.
VERIFY = {
    "no": ssl.CERT_NONE,
    "try": ssl.CERT_OPTIONAL,
    "yes": ssl.CERT_REQUIRED,
}


class Settings:
    """One section of the ini file; what it does not say is None."""

    def __init__(self, section):
        self.host = section["host"]
        self.port = section.getint("port")
        self.user = section.get("user")
        self.password = section.get("password")
        self.keyfile = section.get("keyfile")
        self.certfile = section.get("certfile")
        self.ca_certs = section.get("ca_certs")
        self.cert_reqs = VERIFY[section.get("verify", "no")]
        self.ssl_version = getattr(ssl, "PROTOCOL_" + section.get("protocol", "TLS"))


def read(path):
    """The settings of the mailbox and of the relay; the relay is optional."""
    parser = configparser.ConfigParser(interpolation=None)
    with open(path) as file:
        parser.read_file(file)
    relay = Settings(parser["relay"]) if parser.has_section("relay") else None
    return Settings(parser["mailbox"]), relay
