"""python -m chat.server CERTFILE KEYFILE [PORT]"""

import socket
import ssl
import sys
import threading

PORT = 7443


class Room:
    """Everybody who is connected."""

    def __init__(self):
        self.lock = threading.Lock()
        self.members = []

    def enter(self, member):
        with self.lock:
            self.members.append(member)

    def leave(self, member):
        with self.lock:
            self.members.remove(member)

    def pass_on(self, line, author):
        with self.lock:
            for member in self.members:
                if member is not author:
                    member.sendall(line)


def serve(room, connection):
    room.enter(connection)
    try:
        connection.sendall(b"* welcome\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                room.pass_on(line, connection)
                connection.sendall(b"* sent\n")
    except OSError as error:
        print("chat: %s" % error, file=sys.stderr)
    finally:
        room.leave(connection)
        connection.close()


def main(certfile, keyfile, port=PORT):
    room = Room()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", int(port)))
    listener.listen(5)
    while True:
        plain, (host, _) = listener.accept()
        try:
            connection = ssl.wrap_socket(plain, keyfile, certfile, True)
        except (ssl.SSLError, OSError) as error:
            print("chat: %s: %s" % (host, error), file=sys.stderr)
            plain.close()
            continue
        threading.Thread(target=serve, args=(room, connection), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
