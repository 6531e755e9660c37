import ssl
def one(x): return x
\
from ssl import RAND_egd
