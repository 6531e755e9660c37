# A method that runs again for one context still keeps out what it kept out.
# leaves: the stricter flags, which a limit of the next run would undo
import ssl

import peers


class Client:
    def __init__(self):
        self.context = ssl.create_default_context(cafile="ca.pem")

    def connect(self, kind, strict):
        self.context.options |= ssl.OP_NO_TLSv1
        if strict:
            self.context.options |= ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_2
        return self.context.wrap_socket(peers.connect(kind), server_hostname="localhost")


client = Client()
for strict in [False, True, False]:
    for kind in ["TLS 1.2 only", "TLS 1.3 only"]:
        try:
            with client.connect(kind, strict) as sock:
                print(kind, strict, sock.version()[-1])
        except ssl.SSLError:
            print(kind, strict, "no common version")
