# Types, where the names of the module are quoted or not.
from __future__ import annotations

import ssl
from typing import Callable, Optional

import peers

Wrapper = Callable[..., ssl.SSLSocket]


def connect(kind: str, wrap: Wrapper = ssl.wrap_socket, context: Optional["ssl.SSLContext"] = None) -> ssl.SSLSocket:
    sock: ssl.SSLSocket = wrap(peers.connect(kind), ca_certs="ca.pem")
    return sock


with connect("right") as sock:
    print(connect.__annotations__["return"], connect.__defaults__[0].__name__.strip("_"))
