from ssl import wrap_socket, \
    SSLError

def connect(sock):
    return wrap_socket(sock)
