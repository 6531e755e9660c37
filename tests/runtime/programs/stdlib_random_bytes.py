# Random bytes under their old name, which is gone.
# left for a person: `RAND_bytes` and `os.urandom` may raise where it did not
import ssl

data, is_strong = ssl.RAND_pseudo_bytes(8)
print(len(data), type(is_strong).__name__)
