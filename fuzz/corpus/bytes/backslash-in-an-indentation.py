from ssl import wrap_socket

def connect(sock):
    \
sock = wrap_socket(sock)
