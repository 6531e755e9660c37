# Calls where no statement can stand.
import ssl

import peers

wrap = lambda sock: ssl.wrap_socket(sock, ca_certs="ca.pem", cert_reqs=ssl.CERT_REQUIRED)


def connect(tls):
    raw = peers.connect()
    sock = ssl.wrap_socket(raw) if tls else raw
    print(type(sock).__name__, sock is raw)
    sock.close()
    raw = peers.connect()
    sock = tls and ssl.wrap_socket(raw, certfile="nowhere.pem")
    print(sock)
    raw.close()


def many(socks):
    return [ssl.wrap_socket(each) for each in socks], {name: ssl.wrap_socket(peers.connect()) for name in "ab"}


connect(False)
try:
    connect(True)
except FileNotFoundError:
    print("no such file")
listed, named = many([peers.connect(), peers.connect("TLS 1.2 only")])
for sock in listed + list(named.values()):
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
wrap(peers.connect("wrong host")).close()
try:
    wrap(peers.connect("self-signed"))
except ssl.SSLError as error:
    print(error.verify_message)
