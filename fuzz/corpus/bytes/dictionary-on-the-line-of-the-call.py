import ssl

def connect(sock, certfile):
    if certfile: kwargs = {"certfile": certfile, "server_side": True}; ssl.wrap_socket(sock, **kwargs)
