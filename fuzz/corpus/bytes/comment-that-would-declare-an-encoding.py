from ssl import wrap_socket# coding: sfhti_jis

class SSLContext:
    pass
# coding: cp1252k):
    return wrap_socket(sock)
