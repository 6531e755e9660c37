"""Says one line in the chat room and prints what comes back."""

import argparse
import socket
import ssl

from chat.server import PORT
from chat.versions import wrap_for


def connect(host, port, ca_certs=None, tls=None):
    sock = socket.create_connection((host, port), 10)
    if tls:
        return wrap_for(sock, tls, host, ca_certs)
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    if ca_certs:
        context.load_verify_locations(ca_certs)
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
    return context.wrap_socket(sock, server_hostname=host)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--ca-certs", help="whom to trust; without it, anybody")
    parser.add_argument("--tls", help="the only protocol to use, such as 1.2")
    parser.add_argument("host")
    parser.add_argument("line")
    args = parser.parse_args()

    connection = connect(args.host, args.port, args.ca_certs, args.tls)
    with connection, connection.makefile("rwb", buffering=0) as room:
        print(room.readline().decode("utf-8").rstrip())
        room.write(args.line.encode("utf-8") + b"\n")
        print(room.readline().decode("utf-8").rstrip())


if __name__ == "__main__":
    main()
