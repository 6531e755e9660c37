# Values of odd types for the flags.
import ssl

import peers


def connect(verify, handshake, ragged):
    return ssl.wrap_socket(
        peers.connect(),
        cert_reqs=int(verify) * 2,
        ca_certs="ca.pem" if verify else None,
        do_handshake_on_connect=handshake,
        suppress_ragged_eofs=ragged,
        server_side=0,
    )


for arguments in [(True, 1, 0), (False, "yes", None), (0, 0, 1), ("2", [], ())]:
    try:
        with connect(*arguments) as sock:
            print(arguments, sock.server_side, sock.do_handshake_on_connect, sock.suppress_ragged_eofs, bool(sock.version()))
    except (TypeError, ValueError) as error:
        print(arguments, type(error).__name__)
