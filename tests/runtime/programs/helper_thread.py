# The function runs in other threads.
import concurrent.futures
import ssl
import threading

import peers

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(ssl.wrap_socket, peers.connect(), ca_certs="ca.pem") for _ in range(3)]
    for future in futures:
        with future.result(5) as sock:
            print(sock.server_side, sock.version() is not None)
results = []
thread = threading.Thread(target=lambda: results.append(ssl.wrap_socket(peers.connect())))
thread.start()
thread.join(5)
print(type(results[0]).__name__)
results[0].close()
