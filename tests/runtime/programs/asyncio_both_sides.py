# A protocol of asyncio, both sides in one loop.
import asyncio
import ssl


class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data.upper())


class Client(asyncio.Protocol):
    def __init__(self, done):
        self.done = done

    def connection_made(self, transport):
        transport.write(b"hello")

    def data_received(self, data):
        self.done.set_result(data)


async def main():
    loop = asyncio.get_running_loop()
    serving = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    serving.load_cert_chain("server.crt", keyfile="server.key")
    server = await loop.create_server(Server, "127.0.0.1", 0, ssl=serving)
    dialing = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    dialing.verify_mode = ssl.CERT_REQUIRED
    dialing.load_verify_locations("ca.pem")
    done = loop.create_future()
    host, port = server.sockets[0].getsockname()
    transport, _ = await loop.create_connection(lambda: Client(done), host, port, ssl=dialing)
    print(await asyncio.wait_for(done, 5), transport.get_extra_info("cipher") is not None)
    transport.close()
    server.close()


asyncio.run(main())
