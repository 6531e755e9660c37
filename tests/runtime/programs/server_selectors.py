# A loop over selectors with a server and its clients in one thread.
import selectors
import socket
import ssl

import peers

selector = selectors.DefaultSelector()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ)
visitors = [peers.visit(listener.getsockname(), sends=["a", "b"]) for _ in range(2)]
closed = 0
while closed < 2:
    for key, _ in selector.select(5):
        if key.fileobj is listener:
            conn, _ = listener.accept()
            conn.setblocking(False)
            conn = ssl.wrap_socket(conn, server_side=True, certfile="server.pem", do_handshake_on_connect=False)
            selector.register(conn, selectors.EVENT_READ, data="handshake")
            continue
        conn = key.fileobj
        try:
            if key.data == "handshake":
                conn.do_handshake()
                selector.modify(conn, selectors.EVENT_READ, data="talk")
            try:
                data = conn.recv(100)
            except ssl.SSLWantReadError:
                continue
            except OSError:
                data = b""
            if data:
                conn.send(data.upper())
            else:
                selector.unregister(conn)
                conn.close()
                closed += 1
        except ssl.SSLWantReadError:
            pass
print([visitor.join() for visitor in visitors])
