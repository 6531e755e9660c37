from ssl import wrap_socket

def connect(sock, key):
    return wrap_socket(sock, key)
