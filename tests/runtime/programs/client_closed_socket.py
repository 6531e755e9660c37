# The socket is closed, or none at all.
import socket
import ssl

closed = socket.socket()
closed.close()
try:
    ssl.wrap_socket(closed)
except OSError as error:
    print(type(error).__name__, error.errno)

for nothing in [None, "sock", 3]:
    try:
        ssl.wrap_socket(nothing)
    except Exception as error:
        print(type(error).__name__)
