# TLS in memory.
import ssl

import peers

incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
context = ssl.SSLContext(ssl.PROTOCOL_TLS)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations("ca.pem")
tls = context.wrap_bio(incoming, outgoing, server_side=False, server_hostname="localhost")
sock = peers.connect("wrong host")


def step(function, *args):
    while True:
        try:
            result = function(*args)
            sock.sendall(outgoing.read())
            return result
        except ssl.SSLWantReadError:
            sock.sendall(outgoing.read())
            incoming.write(sock.recv(4096))


step(tls.do_handshake)
print(tls.server_side, tls.server_hostname, peers.common_name(tls.getpeercert()))
step(tls.write, b"hello\n")
print(step(tls.read, 100))
sock.close()
