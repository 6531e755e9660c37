# STARTTLS with asyncio.
# leaves: `PROTOCOL_TLS` works, and the side is for a person
import asyncio
import ssl

import peers


class Client(asyncio.Protocol):
    def __init__(self):
        self.lines = asyncio.Queue()

    def data_received(self, data):
        self.lines.put_nowait(data)


async def main():
    loop = asyncio.get_running_loop()
    host, port = peers.start("self-signed", starttls=True)
    transport, client = await loop.create_connection(Client, host, port)
    transport.write(b"STARTTLS\n")
    print(await client.lines.get())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    transport = await loop.start_tls(transport, client, context, server_hostname=host)
    transport.write(b"hello\n")
    print(await asyncio.wait_for(client.lines.get(), 5))
    transport.close()


asyncio.run(main())
