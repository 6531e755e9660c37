# A socket that does not block, with select.
import select
import ssl

import peers

raw = peers.connect()
raw.setblocking(False)
try:
    ssl.wrap_socket(raw)
except ValueError as error:
    print(error)
raw.close()

raw = peers.connect()
raw.setblocking(False)
sock = ssl.wrap_socket(raw, do_handshake_on_connect=False)
while True:
    try:
        sock.do_handshake()
        break
    except ssl.SSLWantReadError:
        select.select([sock], [], [], 5)
    except ssl.SSLWantWriteError:
        select.select([], [sock], [], 5)
print(sock.version(), sock.gettimeout())
sock.send(b"hello\n")
data = b""
while not data.endswith(b"\n"):
    try:
        data += sock.recv(100)
    except ssl.SSLWantReadError:
        select.select([sock], [], [], 5)
print(data)
sock.close()
