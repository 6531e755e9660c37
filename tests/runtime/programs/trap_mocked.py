# A test that replaces the function by name.
# unsafe: the method gets fewer arguments than the function did
import ssl
import unittest
from unittest import mock

import peers


def connect(sock):
    return ssl.wrap_socket(sock, ca_certs="ca.pem")


class ConnectTest(unittest.TestCase):
    @mock.patch("ssl.wrap_socket")
    def test_connect(self, wrap_socket):
        wrap_socket.return_value = "secured"
        self.assertEqual(connect("raw"), "secured")
        self.assertEqual(wrap_socket.call_count, 1)


result = unittest.TextTestRunner(verbosity=0, stream=open("/dev/null", "w")).run(unittest.defaultTestLoader.loadTestsFromTestCase(ConnectTest))
print(result.testsRun, len(result.failures), len(result.errors))
