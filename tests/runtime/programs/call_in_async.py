# A call in a coroutine, with the socket in an executor.
import asyncio
import ssl

import peers


async def connect(kind):
    loop = asyncio.get_running_loop()
    raw = await loop.run_in_executor(None, peers.connect, kind)
    sock = await loop.run_in_executor(None, ssl.wrap_socket, raw)
    other = ssl.wrap_socket(await loop.run_in_executor(None, peers.connect, kind), ca_certs="ca.pem")
    return sock, other


for sock in asyncio.run(connect("right")):
    sock.sendall(b"hello\n")
    print(sock.recv(100))
    sock.close()
