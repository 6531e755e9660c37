# What stands in front of the call in its statement comes first.
import ssl

import peers

order = []


def note(name, value=None):
    order.append(name)
    return value


class Table:
    def __setitem__(self, key, value):
        order.append("stored")
        value.close()


def run():
    table = Table()
    print(note("first"), ssl.wrap_socket(note("dial", peers.connect()), certfile=note("cert", "client.pem")).server_side)
    table[note("key")] = ssl.wrap_socket(peers.connect(), ca_certs=note("ca", "ca.pem"))
    pair = {"a": note("a"), "b": ssl.wrap_socket(peers.connect(), ciphers=note("ciphers", "HIGH"))}
    pair["b"].close()
    socks = []
    socks += [ssl.wrap_socket(note("augmented", peers.connect()))]
    socks.pop().close()
    assert ssl.wrap_socket(note("asserted", peers.connect())), note("never")
    return order


print(run())
try:
    note("fails").missing, ssl.wrap_socket(peers.connect(), certfile="nowhere.pem")
except AttributeError:
    print("the left one first")
