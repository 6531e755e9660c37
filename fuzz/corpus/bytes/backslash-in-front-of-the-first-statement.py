\
sock = wrap_socket(sock)
from ssl import wrap_socket
