"""The other side of the programs: TLS servers and clients on loopback, and what they saw.

sslfix does not rewrite this file, so it uses only what Python 3.7 to the newest have without a warning. Programs run in
the folder of the certificates, whose names are in `certificates.rs`. Ports are chosen by the system, and every wait has
an end. When a program is over, what its peers saw goes into the file that `SSLFIX_PEERS_SAW` names, a line for each
connection, sorted.
"""

import atexit
import faulthandler
import gc
import os
import socket
import ssl
import threading
import time
import warnings

# A wait that nothing ends.
PATIENCE = 5
# A program that hangs says where.
faulthandler.dump_traceback_later(30, exit=True)

# What the servers are, by their kind: the certificate that they show, and what else is set on their context.
KINDS = {
    "right": {},
    "wrong host": {"certificate": "other.pem"},
    "self-signed": {"certificate": "alone.pem"},
    "expired": {"certificate": "expired.pem"},
    "other authority": {"certificate": "stranger.pem"},
    "authority without key usage": {"certificate": "plain.pem"},
    "for the address": {"certificate": "address.pem"},
    "asks for a certificate": {"clients": ssl.CERT_OPTIONAL},
    "client certificate required": {"clients": ssl.CERT_REQUIRED},
    "TLS 1.2 only": {"newest": ssl.TLSVersion.TLSv1_2},
    "TLS 1.2 only, client certificate required": {
        "newest": ssl.TLSVersion.TLSv1_2,
        "clients": ssl.CERT_REQUIRED,
    },
    "TLS 1.3 only": {"oldest": ssl.TLSVersion.TLSv1_3},
    "TLS 1.0 only": {"oldest": ssl.TLSVersion.TLSv1, "newest": ssl.TLSVersion.TLSv1, "ciphers": "ALL:@SECLEVEL=0"},
    "one cipher": {"newest": ssl.TLSVersion.TLSv1_2, "ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384"},
    # Answers a name that it does not know with an alert, and no name with its certificate.
    "knows its name": {"name": "localhost"},
    # These speak no TLS: one says something else, one nothing, one goes as soon as it is spoken to.
    "plain": {"without": "talk"},
    "silent": {"without": "wait"},
    "closes": {"without": "close"},
}

# What the end of a connection is called: by some Pythons, and by old ones, which have another name for that number.
ENDS = (None, "UNEXPECTED_EOF_WHILE_READING", "KRB5_S_TKT_NYV")

_saw = []
_servers = []
_running = []


def start(kind="right", speaks="echo", starttls=False, once=False):
    """Starts a server; returns its address. With `once` it ends a connection after its first answer, without a word."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    server = _Server(kind, KINDS[kind], listener, speaks, starttls, once)
    threading.Thread(target=server.run, daemon=True).start()
    return "localhost", listener.getsockname()[1]


def connect(kind="right", **how):
    """Starts a server; returns a TCP connection to it."""
    return socket.create_connection(start(kind, **how), PATIENCE)


def visit(address, **how):
    """Lets a client connect to a server of the program, in a thread; `join()` waits for it, `heard` is the answers."""
    visitor = _Visitor(address, **how)
    visitor.start()
    _running.append(visitor)
    return visitor


class _Sight:
    """What a peer saw of one connection."""

    def __init__(self, peer, connection=None):
        self.peer = peer
        self.connection = connection
        self.is_over = False
        self.version = self.name = self.other = self.failed = None
        self.heard = []
        _saw.append(self)

    def __str__(self):
        # Whether the peer notices that a program has gone without a handshake, or the program is over first, is chance.
        failed = None if self.failed == "gone" else self.failed
        return "{}: version {}, name {}, certificate {}, heard {}, failed {}".format(
            self.peer, self.version, self.name, self.other, self.heard, failed
        )

    def holds(self, connection):
        """Notes that this socket has taken the place of the one before."""
        self.connection = connection
        if self.is_over:
            self.finish()

    def finish(self):
        """Lets the peer read what there is and no more: the program is over, and may have closed nothing."""
        self.is_over = True
        try:
            socket.socket.shutdown(self.connection, socket.SHUT_RD)
        except (OSError, TypeError):
            pass

    def fails(self, error):
        is_tls = isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
        self.failed = error.reason if is_tls and error.reason not in ENDS else "gone"


class _Server:
    def __init__(self, kind, settings, listener, speaks, starttls, once):
        self.kind = kind
        self.settings = settings
        self.listener = listener
        self.language = speaks
        self.starttls = starttls
        self.once = once
        self.last = []
        self.done = threading.Event()
        _servers.append(self)

    def run(self):
        while True:
            connection, address = self.listener.accept()
            if address[1] in self.last:
                return self.done.set()
            connection.settimeout(PATIENCE)
            arguments = connection, _Sight(self.kind, connection)
            thread = threading.Thread(target=self.serve, args=arguments, daemon=True)
            try:
                thread.start()
                _running.append(thread)
            except RuntimeError:
                # The program is over, and no thread can be started any more.
                self.serve(*arguments)

    def finish(self):
        """Returns when it has accepted all connections that there were."""
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self.last.append(last.getsockname()[1])
            last.connect(self.listener.getsockname())
            self.done.wait(1)

    def serve(self, connection, sight):
        if "without" in self.settings:
            return self.serve_without(connection, self.settings["without"])
        try:
            if not self.starttls:
                connection = self.secure(connection, sight)
            self.talk(connection, sight)
        except (OSError, ValueError) as error:
            if sight.version is None:
                sight.fails(error)
        finally:
            connection.close()

    def serve_without(self, connection, what):
        try:
            if what == "talk":
                connection.sendall(b"220 this is no TLS\r\n")
            connection.recv(1024)
            if what == "wait":
                connection.recv(1024)
        except OSError:
            # Who gets no answer goes.
            pass
        finally:
            connection.close()

    def secure(self, connection, sight):
        def named(_, name, __):
            sight.name = name
            if self.settings.get("name", name) != name and name is not None:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = named
        context.load_cert_chain(self.settings.get("certificate", "server.pem"))
        context.load_verify_locations("ca.pem")
        context.verify_mode = self.settings.get("clients", ssl.CERT_NONE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if "oldest" in self.settings:
                context.minimum_version = self.settings["oldest"]
            if "newest" in self.settings:
                context.maximum_version = self.settings["newest"]
        if "ciphers" in self.settings:
            context.set_ciphers(self.settings["ciphers"])
        connection = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        sight.holds(connection)
        connection.do_handshake()
        sight.version = connection.version()
        sight.other = common_name(connection.getpeercert())
        return connection

    def talk(self, connection, sight):
        greeting, answer = LANGUAGES[self.language]
        if greeting:
            connection.sendall(greeting)
        while True:
            line = _line(connection)
            if not line:
                if isinstance(connection, ssl.SSLSocket):
                    connection.unwrap()
                return
            if self.language != "http" or not sight.heard:
                # What follows the first line of a request is the client's own affair.
                # So is the tag in front of a command of IMAP.
                said = line.split(b" ", 1)[1] if self.language == "imap" else line
                sight.heard.append(said.decode("latin-1").rstrip())
            reply, then = answer(line)
            if reply:
                connection.sendall(reply)
            if then == "secure":
                connection = self.secure(connection, sight)
            if then == "close" or self.once:
                return


class _Visitor(threading.Thread):
    def __init__(self, address, sends=("hello",), certificate=None, name="localhost", authority="ca.pem", newest=None):
        super().__init__(daemon=True)
        self.address = ("127.0.0.1", address[1])
        self.sends = sends
        self.certificate = certificate
        self.name = name
        self.authority = authority
        self.newest = newest
        self.heard = []

    def run(self):
        sight = _Sight("visitor")
        try:
            self.visit(sight)
        except (OSError, ValueError) as error:
            sight.fails(error)
            if sight.version:
                # With TLS 1.3 a server refuses after the handshake, and its reason may be lost on the way.
                sight.failed = "refused"

    def visit(self, sight):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.authority)
        if self.newest:
            context.maximum_version = self.newest
        if self.certificate:
            context.load_cert_chain(self.certificate)
        connection = context.wrap_socket(self.dial(), server_hostname=self.name, do_handshake_on_connect=False)
        sight.holds(connection)
        with connection:
            connection.do_handshake()
            sight.version = connection.version()
            sight.other = common_name(connection.getpeercert())
            for line in self.sends:
                connection.sendall(line.encode() + b"\r\n")
                answer = _line(connection).decode("latin-1").rstrip()
                sight.heard.append(answer)
                self.heard.append(answer)

    def dial(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection(self.address, PATIENCE)
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def join(self, timeout=PATIENCE):
        super().join(timeout)
        return self.heard


def common_name(certificate):
    """The name in a certificate as `getpeercert()` gives it, or None."""
    subject = (certificate or {}).get("subject", ())
    names = [value for part in subject for key, value in part if key == "commonName"]
    return names[0] if names else None


def _line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            return line
        line += byte
    return line


def _echo(line):
    return (b"go ahead\r\n", "secure") if line.strip() == b"STARTTLS" else (line, None)


def _http(line):
    if line.strip():
        return None, None
    body = b"here you are\n"
    return b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body), "close"


def _script(**answers):
    """A language of commands; the last of them closes the connection."""
    answers = {command.encode(): answer for command, answer in answers.items()}
    last = list(answers)[-1]

    def answer(line):
        words = line.upper().split()
        tag = b""
        if words and words[0] not in answers and len(words) > 1:
            tag = line.split()[0]
            words = words[1:]
        command = words[0] if words else b""
        reply = answers.get(command, b"500 what?\r\n").replace(b"TAG", tag)
        then = "secure" if command in (b"STARTTLS", b"STLS", b"AUTH") else "close" if command == last else None
        return reply, then

    return answer


LANGUAGES = {
    "echo": (None, _echo),
    "http": (None, _http),
    "smtp": (
        b"220 peers\r\n",
        _script(
            EHLO=b"250-peers\r\n250 STARTTLS\r\n", STARTTLS=b"220 go ahead\r\n", NOOP=b"250 fine\r\n", QUIT=b"221 bye\r\n"
        ),
    ),
    "pop3": (
        b"+OK peers\r\n",
        _script(CAPA=b"+OK\r\nSTLS\r\n.\r\n", STLS=b"+OK go ahead\r\n", STAT=b"+OK 2 320\r\n", QUIT=b"+OK bye\r\n"),
    ),
    "imap": (
        b"* OK peers\r\n",
        _script(
            CAPABILITY=b"* CAPABILITY IMAP4REV1 STARTTLS\r\nTAG OK done\r\n",
            STARTTLS=b"TAG OK go ahead\r\n",
            NOOP=b"TAG OK done\r\n",
            LOGOUT=b"* BYE\r\nTAG OK done\r\n",
        ),
    ),
    "ftp": (
        b"220 peers\r\n",
        _script(
            AUTH=b"234 go ahead\r\n",
            USER=b"331 and the password\r\n",
            PASS=b"230 welcome\r\n",
            PBSZ=b"200 fine\r\n",
            PROT=b"200 fine\r\n",
            PWD=b"257 \"/home\"\r\n",
            QUIT=b"221 bye\r\n",
        ),
    ),
}


def _report():
    gc.collect()
    for server in _servers:
        server.finish()
    for sight in _saw:
        sight.finish()
    end = time.monotonic() + PATIENCE
    for thread in list(_running):
        threading.Thread.join(thread, max(0.01, end - time.monotonic()))
    faulthandler.cancel_dump_traceback_later()
    path = os.environ.get("SSLFIX_PEERS_SAW")
    if path:
        with open(path, "w") as file:
            file.writelines(line + "\n" for line in sorted(map(str, _saw)))


atexit.register(_report)
