# The context behind the socket is used for another connection.
import ssl

import peers

with ssl.wrap_socket(peers.connect("self-signed")) as sock:
    context = sock.context
    with context.wrap_socket(peers.connect("wrong host"), server_hostname="localhost") as other:
        print(other.context is sock.context, context.verify_mode, other.server_hostname)
    context.load_verify_locations("ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.wrap_socket(peers.connect("self-signed"))
    except ssl.SSLError as error:
        print(error.verify_message)
