# A client of asyncio that connects to an address, which the certificate does not have.
import asyncio
import ssl

import peers


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations("ca.pem")
    _, port = peers.start("right")
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(b"hello\n")
    print(await reader.readline(), writer.get_extra_info("ssl_object").server_hostname)
    writer.close()


asyncio.run(main())
