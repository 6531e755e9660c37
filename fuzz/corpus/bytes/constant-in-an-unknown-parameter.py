import ssl
three = ssl.get_server_certificate(("localhost", 443), version=ssl.PROTOCOL_TLSv1_2, timeout=10)
