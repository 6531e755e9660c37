# The module is imported where it is used, another time in a try.
import peers

try:
    import ssl
except ImportError:
    ssl = None


def connect(sock):
    if ssl is None:
        return sock
    return ssl.wrap_socket(sock)


def connect_late(sock):
    from ssl import wrap_socket
    return wrap_socket(sock)


for function in [connect, connect_late]:
    with function(peers.connect()) as sock:
        sock.sendall(b"hello\n")
        print(sock.recv(100))
