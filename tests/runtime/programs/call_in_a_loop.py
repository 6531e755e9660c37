# A call for each connection of a loop, and one that may break out.
import ssl

import peers

results = []
for number, kind in enumerate(["self-signed", "right", "wrong host", "right"]):
    if number == 1:
        continue
    sock = ssl.wrap_socket(peers.connect(kind), ca_certs="ca.pem", cert_reqs=ssl.CERT_OPTIONAL if number else 0)
    results.append(sock)
    if len(results) > 1:
        break
else:
    print("never")
for sock in results:
    sock.sendall(b"hello\n")
    print(sock.recv(100), sock.context.verify_mode, sock.context is results[0].context)
    sock.close()
