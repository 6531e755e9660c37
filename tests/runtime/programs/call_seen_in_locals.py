# A function that shows its own names.
# differs: there is one name more
# afterwards: ['context', 'kind', 'sock'] SSLSocket
import ssl

import peers


def connect(kind):
    sock = ssl.wrap_socket(peers.connect(kind))
    return locals()


names = connect("right")
print(sorted(names), type(names["sock"]).__name__)
names["sock"].close()
