# Verification without authorities has always failed, and is not turned into the system's authorities.
import ssl

import peers

for mode in [ssl.CERT_REQUIRED, ssl.CERT_OPTIONAL]:
    try:
        ssl.wrap_socket(peers.connect(), cert_reqs=mode)
    except ssl.SSLError as error:
        print(mode, error.verify_message)
