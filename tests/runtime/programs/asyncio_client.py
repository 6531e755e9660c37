# A client of asyncio that verifies nothing, and one that verifies.
import asyncio
import ssl

import peers


async def fetch(kind, ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ca)
    host, port = peers.start(kind)
    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=context), 5)
    writer.write(b"hello\n")
    line = await reader.readline()
    certificate = writer.get_extra_info("peercert")
    writer.close()
    return line, peers.common_name(certificate)


async def main():
    for kind in ["right", "wrong host", "self-signed"]:
        for ca in [None, "ca.pem"]:
            try:
                print(kind, ca, await fetch(kind, ca))
            except ssl.SSLError as error:
                print(kind, ca, error.reason)


asyncio.run(main())
