# A certificate that cannot be read is an error before anything is said to the server.
import ssl

import peers

raw = peers.connect()
for options in [
    {"certfile": "nowhere.pem"},
    {"certfile": "ca.pem"},
    {"certfile": "client.crt", "keyfile": "server.key"},
]:
    certfile = options["certfile"]
    keyfile = options.get("keyfile")
    try:
        ssl.wrap_socket(raw, certfile=certfile, keyfile=keyfile)
    except FileNotFoundError as error:
        print("not found", error.filename, error.errno)
    except ssl.SSLError as error:
        print(error.reason)
    print(raw.fileno() > 0)
sock = ssl.wrap_socket(raw)
sock.sendall(b"still here\n")
print(sock.recv(100))
sock.close()
