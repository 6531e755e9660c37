"""Serves the files of a folder over HTTPS."""

import argparse
import functools
import http.server
import ssl


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--certfile", required=True)
    parser.add_argument("--keyfile")
    parser.add_argument("--ca-certs", help="ask clients for a certificate of one of these")
    parser.add_argument("folder", nargs="?", default=".")
    args = parser.parse_args()

    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=args.folder)
    httpd = http.server.HTTPServer(("", args.port), handler)
    if args.ca_certs:
        httpd.socket = ssl.wrap_socket(
            httpd.socket,
            certfile=args.certfile, keyfile=args.keyfile,
            server_side=True,
            cert_reqs=ssl.CERT_REQUIRED, ca_certs=args.ca_certs,
        )
    else:
        httpd.socket = ssl.wrap_socket(httpd.socket, certfile=args.certfile, keyfile=args.keyfile, server_side=True)
    print("https://localhost:%d/" % args.port, flush=True)
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        httpd.server_close()


if __name__ == "__main__":
    main()
