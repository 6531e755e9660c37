# -*- coding: utf-8 -*-
"""A small relay that collects readings from sensors and passes them on.

The relay listens for stations, which send one reading a line, keeps the readings of each sensor for a while, and hands
them over to a collector, over a plain connection or over TLS.  It also answers simple questions about what it holds.

Nothing in here is meant to be fast.  A station sends a reading every few seconds, and a relay has some dozens of them.
"""

from __future__ import print_function

import argparse
import collections
import datetime
import errno
import functools
import hashlib
import io
import json
import logging
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading
import time

try:
    import queue
except ImportError:
    import Queue as queue

try:
    from urllib.parse import urlparse
except ImportError:
    from urlparse import urlparse

__version__ = "2.4.1"

log = logging.getLogger(__name__)

DEFAULT_PORT = 7411
DEFAULT_TLS_PORT = 7412
DEFAULT_BACKLOG = 16
DEFAULT_TIMEOUT = 20.0

#: Readings of one sensor that are kept when no collector takes them.
MOST_READINGS = 4096

#: What a line from a station may have at most, in bytes, with its end.
LONGEST_LINE = 1024

#: The header of a frame: a magic number, a version, flags, and how many bytes follow.
HEADER = struct.Struct("!HBBI")
MAGIC = 0x5EA5
FRAME_VERSION = 2

FLAG_COMPRESSED = 0x01
FLAG_LAST = 0x02
FLAG_URGENT = 0x04

_LINE = re.compile(
    r"""
    ^\s*
    (?P<station>[a-z][a-z0-9-]*)       # the name of the station
    /
    (?P<sensor>[a-z][a-z0-9_.-]*)      # the name of the sensor
    \s+
    (?P<value>[-+]?\d+(?:\.\d+)?)      # what was read
    (?:\s*(?P<unit>[A-Za-z%]+))?       # in which unit
    (?:\s+@(?P<time>\d+(?:\.\d+)?))?   # and when
    \s*$
    """,
    re.VERBOSE,
)

UNITS = {
    "C": ("temperature", 1.0, 0.0),
    "F": ("temperature", 5.0 / 9.0, -32.0 * 5.0 / 9.0),
    "K": ("temperature", 1.0, -273.15),
    "Pa": ("pressure", 1.0, 0.0),
    "hPa": ("pressure", 100.0, 0.0),
    "bar": ("pressure", 100000.0, 0.0),
    "V": ("voltage", 1.0, 0.0),
    "mV": ("voltage", 0.001, 0.0),
    "%": ("humidity", 1.0, 0.0),
}


class RelayError(Exception):
    """Anything that goes wrong in here and that a caller may want to know of."""


class BadLine(RelayError):
    """A line that is no reading."""

    def __init__(self, line, reason):
        super(BadLine, self).__init__("%s: %r" % (reason, line))
        self.line = line
        self.reason = reason


class BadFrame(RelayError):
    """Bytes that are no frame."""


class NotConnected(RelayError):
    """There is no connection to the collector."""


class Refused(RelayError):
    """The collector does not take what it was given."""

    def __init__(self, code, message):
        super(Refused, self).__init__("collector refused (%d): %s" % (code, message))
        self.code = code
        self.message = message


def utc_now():
    """The time in seconds, as stations tell it."""
    return time.time()


def to_text(value, encoding="utf-8"):
    """Text, whatever it was before."""
    if isinstance(value, bytes):
        return value.decode(encoding, "replace")
    return value


def to_bytes(value, encoding="utf-8"):
    """Bytes, whatever it was before."""
    if isinstance(value, bytes):
        return value
    return value.encode(encoding)


def chunks(items, size):
    """Lists of at most `size` items, in their order."""
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def retry(times, wait=0.5, errors=(socket.error,)):
    """Calls the function again if it fails with one of the errors."""

    def decorate(function):
        @functools.wraps(function)
        def retrying(*args, **kwargs):
            left = times
            while True:
                try:
                    return function(*args, **kwargs)
                except errors as error:
                    left -= 1
                    if left <= 0:
                        raise
                    log.info("%s failed, %d tries left: %s", function.__name__, left, error)
                    time.sleep(wait)

        return retrying

    return decorate


def synchronized(method):
    """Holds the lock of the object while the method runs."""

    @functools.wraps(method)
    def locked(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)

    return locked


class Reading(collections.namedtuple("Reading", "station sensor value kind time")):
    """One reading of one sensor, in the base unit of its kind."""

    __slots__ = ()

    @classmethod
    def from_line(cls, line, now=None):
        """Reads a line as a station writes it."""
        text = to_text(line)
        found = _LINE.match(text)
        if found is None:
            raise BadLine(line, "cannot be read")
        unit = found.group("unit")
        value = float(found.group("value"))
        if unit is None:
            kind = "number"
        else:
            try:
                kind, factor, offset = UNITS[unit]
            except KeyError:
                raise BadLine(line, "has an unknown unit")
            value = value * factor + offset
        if found.group("time") is not None:
            when = float(found.group("time"))
        else:
            when = utc_now() if now is None else now
        return cls(found.group("station"), found.group("sensor"), value, kind, when)

    @property
    def key(self):
        return (self.station, self.sensor)

    @property
    def is_plausible(self):
        """False for what no sensor can have read."""
        if self.kind == "temperature":
            return -273.15 <= self.value < 2000.0
        if self.kind == "humidity":
            return 0.0 <= self.value <= 100.0
        if self.kind == "pressure":
            return self.value >= 0.0
        return True

    def age(self, now=None):
        return (utc_now() if now is None else now) - self.time

    def as_dict(self):
        return {
            "station": self.station,
            "sensor": self.sensor,
            "value": round(self.value, 6),
            "kind": self.kind,
            "time": datetime.datetime.utcfromtimestamp(self.time).isoformat() + "Z",
        }

    def to_line(self):
        return "%s/%s %.6f @%.3f\n" % (self.station, self.sensor, self.value, self.time)


class Series(object):
    """The latest readings of one sensor."""

    def __init__(self, most=MOST_READINGS):
        self._readings = collections.deque(maxlen=most)
        self.dropped = 0
        self.lowest = None
        self.highest = None

    def __len__(self):
        return len(self._readings)

    def __iter__(self):
        return iter(self._readings)

    def add(self, reading):
        if len(self._readings) == self._readings.maxlen:
            self.dropped += 1
        self._readings.append(reading)
        if self.lowest is None or reading.value < self.lowest:
            self.lowest = reading.value
        if self.highest is None or reading.value > self.highest:
            self.highest = reading.value

    @property
    def last(self):
        return self._readings[-1] if self._readings else None

    def mean(self, seconds=None, now=None):
        """The mean of the readings of the last seconds, or of all; None if there are none."""
        values = [
            reading.value
            for reading in self._readings
            if seconds is None or reading.age(now) <= seconds
        ]
        if not values:
            return None
        return sum(values) / len(values)

    def take(self, most):
        """Removes the oldest readings and gives them back."""
        taken = []
        while self._readings and len(taken) < most:
            taken.append(self._readings.popleft())
        return taken

    def put_back(self, readings):
        for reading in reversed(readings):
            if len(self._readings) == self._readings.maxlen:
                self.dropped += 1
                continue
            self._readings.appendleft(reading)


class Store(object):
    """The readings of all sensors."""

    def __init__(self, most=MOST_READINGS):
        self._lock = threading.RLock()
        self._series = {}
        self._most = most
        self._listeners = []
        self.implausible = 0

    def listen(self, listener):
        """Calls `listener` with each reading that comes in."""
        self._listeners.append(listener)
        return listener

    @synchronized
    def add(self, reading):
        if not reading.is_plausible:
            self.implausible += 1
            log.warning("%s/%s: %r is not plausible", reading.station, reading.sensor, reading.value)
            return False
        series = self._series.get(reading.key)
        if series is None:
            series = self._series[reading.key] = Series(self._most)
        series.add(reading)
        for listener in self._listeners:
            try:
                listener(reading)
            except Exception:  # pylint: disable=broad-except
                log.exception("a listener failed")
        return True

    @synchronized
    def keys(self):
        return sorted(self._series)

    @synchronized
    def series(self, station, sensor):
        return self._series.get((station, sensor))

    @synchronized
    def take(self, most):
        """Takes readings of all sensors in turn, so that none starves."""
        taken = []
        keys = sorted(self._series)
        share = max(1, most // len(keys)) if keys else 0
        for key in keys:
            if len(taken) >= most:
                break
            taken.extend(self._series[key].take(min(share, most - len(taken))))
        return taken

    @synchronized
    def put_back(self, readings):
        by_key = collections.OrderedDict()
        for reading in readings:
            by_key.setdefault(reading.key, []).append(reading)
        for key, some in by_key.items():
            self._series.setdefault(key, Series(self._most)).put_back(some)

    @synchronized
    def summary(self):
        result = {}
        for (station, sensor), series in self._series.items():
            last = series.last
            result.setdefault(station, {})[sensor] = {
                "held": len(series),
                "dropped": series.dropped,
                "lowest": series.lowest,
                "highest": series.highest,
                "last": last.as_dict() if last is not None else None,
            }
        return result


# ---------------------------------------------------------------------------
# Frames
# ---------------------------------------------------------------------------


def pack_frame(payload, flags=0):
    """The bytes of a frame with this payload."""
    payload = to_bytes(payload)
    return HEADER.pack(MAGIC, FRAME_VERSION, flags, len(payload)) + payload


def read_exactly(connection, size):
    """So many bytes from a connection, or an error if it ends before."""
    parts = []
    left = size
    while left:
        part = connection.recv(min(left, 65536))
        if not part:
            raise BadFrame("the connection ended %d bytes too early" % left)
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def read_frame(connection):
    """The flags and the payload of the next frame."""
    magic, version, flags, size = HEADER.unpack(read_exactly(connection, HEADER.size))
    if magic != MAGIC:
        raise BadFrame("wrong magic number 0x%04x" % magic)
    if version > FRAME_VERSION:
        raise BadFrame("version %d is newer than this relay" % version)
    payload = read_exactly(connection, size)
    if flags & FLAG_COMPRESSED:
        import zlib

        payload = zlib.decompress(payload)
    return flags, payload


class LineReader(object):
    """Lines out of the bytes that come in, however they were cut."""

    def __init__(self, longest=LONGEST_LINE):
        self._rest = b""
        self._longest = longest
        self._is_skipping = False

    def feed(self, data):
        lines = []
        self._rest += data
        while True:
            end = self._rest.find(b"\n")
            if end < 0:
                break
            line, self._rest = self._rest[:end], self._rest[end + 1 :]
            if self._is_skipping:
                self._is_skipping = False
                continue
            lines.append(line.rstrip(b"\r"))
        if len(self._rest) > self._longest:
            log.warning("a line of more than %d bytes is skipped", self._longest)
            self._rest = b""
            self._is_skipping = True
        return lines

    def finish(self):
        rest, self._rest = self._rest, b""
        return [rest] if rest and not self._is_skipping else []


# ---------------------------------------------------------------------------
# Configuration
# ---------------------------------------------------------------------------


class Settings(object):
    """What the relay was told to do, from a file and from the command line."""

    defaults = {
        "host": "",
        "port": DEFAULT_PORT,
        "tls_port": None,
        "certificate": None,
        "key": None,
        "authorities": None,
        "collector": None,
        "fingerprint": None,
        "interval": 5.0,
        "timeout": DEFAULT_TIMEOUT,
        "most": MOST_READINGS,
        "state": None,
        "verbose": False,
    }

    def __init__(self, **values):
        unknown = sorted(set(values) - set(self.defaults))
        if unknown:
            raise RelayError("unknown settings: %s" % ", ".join(unknown))
        self.__dict__.update(self.defaults)
        self.__dict__.update(values)

    @classmethod
    def from_file(cls, path):
        with io.open(path, encoding="utf-8") as opened:
            try:
                values = json.load(opened)
            except ValueError as error:
                raise RelayError("%s: %s" % (path, error))
        if not isinstance(values, dict):
            raise RelayError("%s: is no object" % path)
        return cls(**values)

    def update(self, **values):
        for name, value in values.items():
            if value is not None:
                setattr(self, name, value)
        return self

    @property
    def uses_tls(self):
        return self.tls_port is not None

    def check(self):
        if self.uses_tls and not self.certificate:
            raise RelayError("a TLS port needs a certificate")
        if self.fingerprint and not re.match(r"^[0-9a-f]{64}$", self.fingerprint):
            raise RelayError("the fingerprint is no SHA-256")
        if self.interval <= 0:
            raise RelayError("the interval must be positive")
        return self


# ---------------------------------------------------------------------------
# The side of the stations
# ---------------------------------------------------------------------------


class Station(object):
    """A connection from a station."""

    def __init__(self, connection, address, store):
        self.connection = connection
        self.address = address
        self.store = store
        self.lines = LineReader()
        self.good = 0
        self.bad = 0
        self.since = utc_now()

    def fileno(self):
        return self.connection.fileno()

    def __repr__(self):
        return "<Station %s:%d, %d good, %d bad>" % (self.address[0], self.address[1], self.good, self.bad)

    def readable(self):
        """Takes what has come in; False when the station has gone."""
        try:
            data = self.connection.recv(4096)
        except socket.error as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
                return True
            log.info("%r: %s", self, error)
            return False
        if not data:
            for line in self.lines.finish():
                self.take(line)
            return False
        for line in self.lines.feed(data):
            self.take(line)
        return True

    def take(self, line):
        if not line.strip() or line.startswith(b"#"):
            return
        if line.startswith(b"?"):
            self.answer(line[1:].strip())
            return
        try:
            reading = Reading.from_line(line)
        except BadLine as error:
            self.bad += 1
            log.debug("%r: %s", self, error)
            return
        self.good += 1
        self.store.add(reading)

    def answer(self, question):
        name = to_text(question)
        if name == "summary":
            answer = json.dumps(self.store.summary(), sort_keys=True)
        elif name == "version":
            answer = __version__
        elif name == "sensors":
            answer = " ".join("/".join(key) for key in self.store.keys())
        else:
            answer = "error: unknown question"
        try:
            self.connection.sendall(to_bytes(answer + "\n"))
        except socket.error as error:
            log.info("%r: cannot be answered: %s", self, error)

    def close(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except (socket.error, OSError):
            pass
        self.connection.close()


class Listener(threading.Thread):
    """Takes the connections of stations and reads from all of them."""

    daemon = True

    def __init__(self, settings, store):
        super(Listener, self).__init__(name="listener")
        self.settings = settings
        self.store = store
        self.stations = {}
        self._sockets = []
        self._stop = threading.Event()

    def open(self):
        self._sockets.append(self._listen(self.settings.port))
        if self.settings.uses_tls:
            self._sockets.append(self._listen_with_tls(self.settings.tls_port))

    def _listen(self, port):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((self.settings.host, port))
        listening.listen(DEFAULT_BACKLOG)
        log.info("listening on port %d", port)
        return listening

    def _listen_with_tls(self, port):
        plain = self._listen(port)
        # Stations may show a certificate; those that do not are let in all the same.
        return ssl.wrap_socket(
            plain,
            keyfile=self.settings.key,
            certfile=self.settings.certificate,
            server_side=True,
            cert_reqs=ssl.CERT_NONE,
            ssl_version=ssl.PROTOCOL_SSLv23,
        )

    def run(self):
        while not self._stop.is_set():
            watched = list(self._sockets) + list(self.stations.values())
            try:
                readable, _, _ = select.select(watched, [], [], 0.5)
            except (select.error, OSError, ValueError) as error:
                log.warning("select: %s", error)
                self._drop_closed()
                continue
            for ready in readable:
                if ready in self._sockets:
                    self._accept(ready)
                elif not ready.readable():
                    self._drop(ready)

    def _accept(self, listening):
        try:
            connection, address = listening.accept()
        except ssl.SSLError as error:
            log.info("a station could not shake hands: %s", error)
            return
        except socket.error as error:
            log.warning("accept: %s", error)
            return
        connection.settimeout(self.settings.timeout)
        station = Station(connection, address, self.store)
        self.stations[connection.fileno()] = station
        log.info("%r came", station)

    def _drop(self, station):
        for number, other in list(self.stations.items()):
            if other is station:
                del self.stations[number]
        station.close()
        log.info("%r went", station)

    def _drop_closed(self):
        for number, station in list(self.stations.items()):
            if station.fileno() < 0:
                del self.stations[number]

    def stop(self):
        self._stop.set()
        for station in list(self.stations.values()):
            station.close()
        for listening in self._sockets:
            listening.close()


# ---------------------------------------------------------------------------
# The side of the collector
# ---------------------------------------------------------------------------


class Connection(object):
    """A connection to a collector that speaks in frames."""

    scheme = "plain"

    def __init__(self, host, port, timeout=DEFAULT_TIMEOUT):
        self.host = host
        self.port = port
        self.timeout = timeout
        self._socket = None
        self._sent = 0
        self._received = 0

    @property
    def is_open(self):
        return self._socket is not None

    @retry(3)
    def open(self):
        self._socket = self._connect()
        return self

    def _connect(self):
        return socket.create_connection((self.host, self.port), self.timeout)

    def close(self):
        opened, self._socket = self._socket, None
        if opened is not None:
            try:
                opened.close()
            except socket.error:
                log.debug("close failed", exc_info=True)

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()

    def send(self, payload, flags=0):
        if self._socket is None:
            raise NotConnected("no connection to %s:%d" % (self.host, self.port))
        frame = pack_frame(payload, flags)
        self._socket.sendall(frame)
        self._sent += len(frame)

    def receive(self):
        if self._socket is None:
            raise NotConnected("no connection to %s:%d" % (self.host, self.port))
        flags, payload = read_frame(self._socket)
        self._received += HEADER.size + len(payload)
        return flags, payload

    def ask(self, question):
        """Sends a question and waits for the answer."""
        self.send(json.dumps(question))
        _, payload = self.receive()
        answer = json.loads(to_text(payload))
        if answer.get("status", 0) >= 400:
            raise Refused(answer["status"], answer.get("message", ""))
        return answer

    def statistics(self):
        return {"sent": self._sent, "received": self._received}


class TLSConnection(Connection):
    """The same over TLS, with the certificate of the collector checked."""

    scheme = "tls"

    def __init__(self, host, port, timeout=DEFAULT_TIMEOUT, authorities=None, certificate=None, key=None):
        super(TLSConnection, self).__init__(host, port, timeout)
        self.authorities = authorities
        self.certificate = certificate
        self.key = key

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
        context.options |= ssl.OP_NO_SSLv2
        context.options |= ssl.OP_NO_SSLv3
        context.verify_mode = ssl.CERT_REQUIRED
        if self.authorities:
            context.load_verify_locations(self.authorities)
        else:
            context.set_default_verify_paths()
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key)
        return context

    def _connect(self):
        plain = super(TLSConnection, self)._connect()
        secured = self._context().wrap_socket(plain, server_hostname=self.host)
        ssl.match_hostname(secured.getpeercert(), self.host)
        return secured


class PinnedConnection(Connection):
    """Over TLS to a collector that is known by the fingerprint of its certificate."""

    scheme = "pinned"

    def __init__(self, host, port, fingerprint, timeout=DEFAULT_TIMEOUT):
        super(PinnedConnection, self).__init__(host, port, timeout)
        self.fingerprint = fingerprint.lower()

    def _connect(self):
        plain = super(PinnedConnection, self)._connect()
        secured = ssl.wrap_socket(plain, ssl_version=ssl.PROTOCOL_TLSv1)
        shown = hashlib.sha256(secured.getpeercert(binary_form=True)).hexdigest()
        if shown != self.fingerprint:
            secured.close()
            raise NotConnected("the collector shows another certificate: %s" % shown)
        return secured


def connection_to(url, settings):
    """The connection that the address of a collector stands for."""
    parsed = urlparse(url)
    host = parsed.hostname
    if not host:
        raise RelayError("no host in %r" % url)
    if parsed.scheme == "plain":
        return Connection(host, parsed.port or DEFAULT_PORT, settings.timeout)
    if parsed.scheme == "tls":
        return TLSConnection(
            host,
            parsed.port or DEFAULT_TLS_PORT,
            settings.timeout,
            authorities=settings.authorities,
            certificate=settings.certificate,
            key=settings.key,
        )
    if parsed.scheme == "pinned":
        if not settings.fingerprint:
            raise RelayError("%r needs a fingerprint" % url)
        return PinnedConnection(host, parsed.port or DEFAULT_TLS_PORT, settings.fingerprint, settings.timeout)
    raise RelayError("unknown scheme %r" % parsed.scheme)


class Forwarder(threading.Thread):
    """Hands the readings over to the collector, a batch at a time."""

    daemon = True
    batch = 256

    def __init__(self, settings, store):
        super(Forwarder, self).__init__(name="forwarder")
        self.settings = settings
        self.store = store
        self.forwarded = 0
        self.failures = 0
        self.urgent = queue.Queue()
        self._stop = threading.Event()

    def run(self):
        wait = self.settings.interval
        while not self._stop.wait(wait):
            try:
                self.forward_all()
            except (socket.error, ssl.SSLError, RelayError) as error:
                self.failures += 1
                wait = min(wait * 2, 60.0)
                log.warning("cannot forward, next try in %.0f s: %s", wait, error)
            else:
                wait = self.settings.interval

    def forward_all(self):
        readings = self.store.take(self.batch)
        if not readings and self.urgent.empty():
            return 0
        count = 0
        with connection_to(self.settings.collector, self.settings) as connection:
            self._greet(connection)
            count += self._forward_urgent(connection)
            while readings:
                try:
                    self._forward(connection, readings)
                except Exception:
                    self.store.put_back(readings)
                    raise
                count += len(readings)
                readings = self.store.take(self.batch)
            connection.send(b"", FLAG_LAST)
        self.forwarded += count
        return count

    def _greet(self, connection):
        answer = connection.ask({"hello": socket.gethostname(), "version": __version__})
        log.debug("collector %s says %r", connection.host, answer)
        if answer.get("batch"):
            self.batch = max(1, min(int(answer["batch"]), 4096))

    def _forward(self, connection, readings):
        for some in chunks(readings, self.batch):
            payload = {"readings": [reading.as_dict() for reading in some]}
            connection.ask(payload)

    def _forward_urgent(self, connection):
        count = 0
        while True:
            try:
                reading = self.urgent.get_nowait()
            except queue.Empty:
                return count
            connection.send(json.dumps(reading.as_dict()), FLAG_URGENT)
            count += 1

    def stop(self):
        self._stop.set()


# ---------------------------------------------------------------------------
# Alarms
# ---------------------------------------------------------------------------


class Rule(object):
    """When a reading is worth an alarm."""

    _RULE = re.compile(r"^(\S+)/(\S+)\s*(<|<=|>|>=)\s*(-?\d+(?:\.\d+)?)$")

    COMPARISONS = {
        "<": lambda value, limit: value < limit,
        "<=": lambda value, limit: value <= limit,
        ">": lambda value, limit: value > limit,
        ">=": lambda value, limit: value >= limit,
    }

    def __init__(self, text):
        found = self._RULE.match(text.strip())
        if not found:
            raise RelayError("cannot read the rule %r" % text)
        self.station, self.sensor, self.comparison, limit = found.groups()
        self.limit = float(limit)
        self.raised = 0
        self._is_raised = False

    def __str__(self):
        return "%s/%s %s %g" % (self.station, self.sensor, self.comparison, self.limit)

    def is_about(self, reading):
        return self.station in ("*", reading.station) and self.sensor in ("*", reading.sensor)

    def look_at(self, reading):
        """True when the alarm goes off, and not again until it was quiet in between."""
        if not self.is_about(reading):
            return False
        over = self.COMPARISONS[self.comparison](reading.value, self.limit)
        goes_off = over and not self._is_raised
        self._is_raised = over
        if goes_off:
            self.raised += 1
        return goes_off


class Alarms(object):
    """All rules, and who is told."""

    def __init__(self, rules=()):
        self.rules = [Rule(rule) for rule in rules]
        self._told = []

    def tell(self, function):
        self._told.append(function)
        return function

    def __call__(self, reading):
        for rule in self.rules:
            if rule.look_at(reading):
                log.warning("alarm: %s, since it is %g", rule, reading.value)
                for function in self._told:
                    function(reading)

    @classmethod
    def from_file(cls, path):
        with io.open(path, encoding="utf-8") as opened:
            lines = [line.split("#", 1)[0].strip() for line in opened]
        return cls(line for line in lines if line)


# ---------------------------------------------------------------------------
# State between two runs
# ---------------------------------------------------------------------------


def save(store, path):
    """Writes what no collector has taken into a file, whole or not at all."""
    readings = store.take(sys.maxsize)
    temporary = path + ".new"
    try:
        with io.open(temporary, "w", encoding="utf-8") as opened:
            for reading in readings:
                opened.write(to_text(reading.to_line()))
            opened.flush()
            os.fsync(opened.fileno())
        os.rename(temporary, path)
    except (IOError, OSError):
        store.put_back(readings)
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
    log.info("%d readings saved in %s", len(readings), path)
    return len(readings)


def load(store, path):
    """Reads what was saved; what cannot be read is left out."""
    if not os.path.exists(path):
        return 0
    count = 0
    with io.open(path, encoding="utf-8") as opened:
        for number, line in enumerate(opened, 1):
            try:
                store.add(Reading.from_line(line))
            except BadLine as error:
                log.warning("%s:%d: %s", path, number, error)
            else:
                count += 1
    os.remove(path)
    log.info("%d readings loaded from %s", count, path)
    return count


# ---------------------------------------------------------------------------
# The program
# ---------------------------------------------------------------------------


class Relay(object):
    """Listener, store, alarms and forwarder together."""

    def __init__(self, settings, alarms=None):
        self.settings = settings.check()
        self.store = Store(settings.most)
        self.alarms = alarms or Alarms()
        self.listener = Listener(settings, self.store)
        self.forwarder = Forwarder(settings, self.store) if settings.collector else None
        self.store.listen(self.alarms)
        if self.forwarder is not None:
            self.alarms.tell(self.forwarder.urgent.put)

    def start(self):
        if self.settings.state:
            load(self.store, self.settings.state)
        self.listener.open()
        self.listener.start()
        if self.forwarder is not None:
            self.forwarder.start()

    def stop(self):
        self.listener.stop()
        if self.forwarder is not None:
            self.forwarder.stop()
            self.forwarder.join(self.settings.timeout)
        if self.settings.state:
            save(self.store, self.settings.state)

    def run_forever(self):
        self.start()
        try:
            while self.listener.is_alive():
                self.listener.join(1.0)
        except KeyboardInterrupt:
            log.info("stopped by hand")
        finally:
            self.stop()


def describe_tls():
    """What this Python can do, for people who ask why a station is refused."""
    lines = ["library: %s" % ssl.OPENSSL_VERSION]
    for name in ("HAS_SNI", "HAS_ECDH", "HAS_NPN", "HAS_ALPN"):
        lines.append("%s: %s" % (name.lower(), getattr(ssl, name, False)))
    return "\n".join(lines)


def show_certificate(host, port):
    """Prints the certificate of a collector and its fingerprint, to pin it."""
    pem = ssl.get_server_certificate((host, port), ssl_version=ssl.PROTOCOL_TLSv1)
    der = ssl.PEM_cert_to_DER_cert(pem)
    print(pem)
    print("fingerprint: %s" % hashlib.sha256(der).hexdigest())


def make_parser():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("-c", "--config", help="read settings from this file")
    parser.add_argument("-p", "--port", type=int, help="the port for stations")
    parser.add_argument("--tls-port", type=int, help="the port for stations that speak TLS")
    parser.add_argument("--certificate", help="the certificate to show, with its chain")
    parser.add_argument("--key", help="its key, if that is in another file")
    parser.add_argument("--authorities", help="who may sign the certificate of the collector")
    parser.add_argument("--collector", help="such as tls://collector.example:7412")
    parser.add_argument("--fingerprint", help="of the certificate of a pinned collector")
    parser.add_argument("--alarms", help="a file with one rule a line")
    parser.add_argument("--state", help="where readings are kept between two runs")
    parser.add_argument("--describe-tls", action="store_true", help="say what this Python can do, and end")
    parser.add_argument("--show-certificate", metavar="HOST", help="show the certificate of a collector, and end")
    parser.add_argument("-v", "--verbose", action="store_true", default=None)
    return parser


def settings_of(arguments):
    settings = Settings.from_file(arguments.config) if arguments.config else Settings()
    return settings.update(
        port=arguments.port,
        tls_port=arguments.tls_port,
        certificate=arguments.certificate,
        key=arguments.key,
        authorities=arguments.authorities,
        collector=arguments.collector,
        fingerprint=arguments.fingerprint,
        state=arguments.state,
        verbose=arguments.verbose,
    )


def main(argv=None):
    arguments = make_parser().parse_args(argv)
    if arguments.describe_tls:
        print(describe_tls())
        return 0
    if arguments.show_certificate:
        show_certificate(arguments.show_certificate, DEFAULT_TLS_PORT)
        return 0
    try:
        settings = settings_of(arguments)
        alarms = Alarms.from_file(arguments.alarms) if arguments.alarms else None
        logging.basicConfig(level=logging.DEBUG if settings.verbose else logging.INFO)
        Relay(settings, alarms).run_forever()
    except RelayError as error:
        print("error: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
