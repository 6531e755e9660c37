import ssl

def everywhere(sock):
\
    sock = ssl.wrap_socket(sock)
    return sock
