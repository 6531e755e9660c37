# A program whose options come from the command line.
import argparse
import socket
import ssl

import peers


def parse(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--ca")
    parser.add_argument("--require", action="store_true")
    return parser.parse_args(arguments)


def main(*arguments, certificate=None):
    args = parse(arguments)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(1)
    visitor = peers.visit(sock.getsockname(), certificate=certificate)
    conn, _ = sock.accept()
    try:
        conn = ssl.wrap_socket(
            conn,
            keyfile=args.key,
            certfile=args.cert,
            server_side=True,
            cert_reqs=ssl.CERT_REQUIRED if args.require else ssl.CERT_NONE,
            ca_certs=args.ca,
        )
        conn.sendall(conn.recv(100))
        print(visitor.join(), peers.common_name(conn.getpeercert()))
    except ValueError as error:
        print(type(error).__name__)
    except OSError as error:
        print(type(error).__name__, getattr(error, "reason", None))
    conn.close()
    sock.close()


if __name__ == "__main__":
    main("--cert", "server.crt", "--key", "server.key")
    main("--cert", "server.pem", "--ca", "ca.pem", "--require", certificate="client.pem")
    main("--cert", "server.pem", "--ca", "ca.pem", "--require")
    main()
    main("--key", "server.key")
