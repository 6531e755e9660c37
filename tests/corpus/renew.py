"""Signs a certificate anew with its own key, valid from now on: subject, name and extensions stay.

    renew.py CERTIFICATE KEY

tests/corpus/suites runs it with the Python of a suite's environment, which has `cryptography`.
"""

import datetime
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

path, key_path = sys.argv[1:]
with open(key_path, "rb") as file:
    key = serialization.load_pem_private_key(file.read(), password=None)
with open(path, "rb") as file:
    old = x509.load_pem_x509_certificate(file.read())
if old.public_key() != key.public_key():
    sys.exit("{} is not the key of {}".format(key_path, path))

now = datetime.datetime.now(datetime.timezone.utc)
builder = x509.CertificateBuilder(
    issuer_name=old.subject,
    subject_name=old.subject,
    public_key=key.public_key(),
    serial_number=old.serial_number,
    not_valid_before=now - datetime.timedelta(days=1),
    not_valid_after=now + datetime.timedelta(days=30),
    extensions=list(old.extensions),
)
with open(path, "wb") as file:
    file.write(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
