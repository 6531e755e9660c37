import ssl as tls

def wrap(sock):
    return (tls.wrap_socket((yield), ssl_version=tls.PROTOCOL_TLS, **kwargs))
