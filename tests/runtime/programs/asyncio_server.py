# A server of asyncio.
import asyncio
import ssl

import peers


async def handle(reader, writer):
    line = await reader.readline()
    writer.write(line.upper())
    await writer.drain()
    writer.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_cert_chain("server.pem")
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    visitor = peers.visit(server.sockets[0].getsockname())
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, visitor.join))
    server.close()


asyncio.run(main())
