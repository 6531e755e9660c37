from ssl import *

def connect(sock):
    return wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(wrap_socket(sock))))))))))))))))))))))))))))))))))))))))
