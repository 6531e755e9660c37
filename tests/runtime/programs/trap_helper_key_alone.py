# Of two errors at once it is the other one that the helper raises.
# differs: the key without its certificate is noticed later, behind the authorities
# afterwards: ca_certs FileNotFoundError
# afterwards: cert_reqs TypeError
# afterwards: server_side ValueError
import ssl

secure = ssl.wrap_socket
for options in [{"ca_certs": "nowhere.pem"}, {"cert_reqs": None}, {"server_side": True}]:
    try:
        secure(None, keyfile="client.key", **options)
    except Exception as error:
        print(*options, type(error).__name__)
