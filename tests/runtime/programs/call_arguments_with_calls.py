# Arguments that are calls, subscripts and conditions, evaluated once and in their order.
import ssl

import peers

order = []


def note(name, value):
    order.append(name)
    return value


def connect(options):
    return ssl.wrap_socket(
        note("sock", peers.connect("client certificate required")),
        keyfile=note("keyfile", options["key"]),
        certfile=note("certfile", options.get("cert") or None),
        cert_reqs=note("cert_reqs", ssl.CERT_REQUIRED if options.get("ca") else ssl.CERT_NONE),
        ca_certs=note("ca_certs", options.get("ca", "")),
        ciphers=note("ciphers", None),
    )


for options in [{"key": "client.key", "cert": "client.crt"}, {"key": None, "cert": "client.pem", "ca": "ca.pem"}]:
    with connect(options) as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100), order)
    del order[:]
try:
    connect({"key": "client.key"})
except ValueError as error:
    print(error, order)
try:
    connect({})
except KeyError as error:
    print("missing", error, order)
