# No name is sent, so a server of many names answers with its first.
import ssl

import peers

host, port = peers.start("knows its name")


def connect(host, port):
    import socket

    return ssl.wrap_socket(socket.create_connection((host, port), 5))


with connect("127.0.0.1", port) as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100), sock.server_hostname)
