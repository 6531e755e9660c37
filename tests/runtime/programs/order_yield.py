# A generator that is given its sockets, and a coroutine that waits for them.
import asyncio
import ssl

import peers


def secure(cert):
    while True:
        sock = ssl.wrap_socket((yield "socket, please"), certfile=(yield "certificate, please") or cert)
        sock.sendall(b"hello\n")
        print(sock.recv(100))
        sock.close()


generator = secure("client.pem")
print(next(generator))
print(generator.send(peers.connect("client certificate required")))
print(generator.send(None))
generator.close()


async def dial(kind):
    await asyncio.sleep(0)
    return peers.connect(kind)


async def main():
    with ssl.wrap_socket(await dial("right"), ca_certs=await asyncio.sleep(0, "ca.pem"), cert_reqs=ssl.CERT_REQUIRED) as sock:
        print(sock.getpeercert() != {})


asyncio.run(main())
