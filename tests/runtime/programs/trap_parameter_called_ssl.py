# A parameter called `ssl` that is a context.
# left alone: it is the method of the context
import peers


def secure(sock, ssl, host):
    return ssl.wrap_socket(sock, server_hostname=host)


def make():
    import ssl

    return ssl.create_default_context(cafile="ca.pem")


with secure(peers.connect(), make(), "localhost") as sock:
    sock.sendall(b"hello\n")
    print(sock.recv(100))
