# A context is the default of a parameter, the field of a data class, the value of a partial.
# leaves: where no statement can stand, it is for a person
import dataclasses
import functools
import ssl

import peers


def connect(kind, context=ssl.SSLContext(ssl.PROTOCOL_TLS)):
    return context.wrap_socket(peers.connect(kind))


@dataclasses.dataclass
class Settings:
    context: ssl.SSLContext = dataclasses.field(default_factory=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS))


make = functools.partial(ssl.SSLContext, ssl.PROTOCOL_TLS)


def plain(kind):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(peers.connect(kind))


with connect("right") as one, connect("right", Settings().context) as two, connect("right", make()) as three:
    print(one.context.verify_mode, two.context.verify_mode, three.context.verify_mode)
plain("right").close()
