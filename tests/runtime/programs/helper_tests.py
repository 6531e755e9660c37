# Calls in the tests of `while` and `elif`, and in an `assert`.
import ssl

import peers

socks = [peers.connect(), peers.connect(), peers.connect()]


def version(plain):
    if plain:
        return None
    elif ssl.wrap_socket(socks.pop()).version():
        return "secured"


print(version(False), version(True))
while ssl.wrap_socket(socks.pop()).version() and socks:
    print("still some")
assert ssl.wrap_socket(peers.connect()).cipher(), "no cipher"
print(len(socks))
