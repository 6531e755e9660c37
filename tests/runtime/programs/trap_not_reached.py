# Calls that are not reached read no certificate.
import ssl

import peers


def connect(sock, use_tls, cert):
    return ssl.wrap_socket(sock, certfile=cert) if use_tls else sock


def connect_or_not(sock, use_tls, cert):
    return use_tls and ssl.wrap_socket(sock, certfile=cert)


for function in [connect, connect_or_not]:
    sock = peers.connect("plain")
    print(function.__name__, function(sock, False, "nowhere.pem") in (False, sock))
    sock.close()
    with function(peers.connect("right"), True, "client.pem") as sock:
        print(sock.version() is not None)
    sock = peers.connect("right")
    try:
        function(sock, True, "nowhere.pem")
    except FileNotFoundError as error:
        print(error.strerror)
    sock.close()
