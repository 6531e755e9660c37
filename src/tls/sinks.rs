//! Functions that take a context, and the side that they use it for; functions of other libraries that take a protocol
//! constant, and what they do with it. Source: the documentation of each; `ssl-facts.md` section 6 for those outside the
//! standard library.

use super::role::Side;

/// A parameter that takes a context.
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// The last part, or the last two parts, of the callee's dotted name.
    pub callee: &'static str,
    /// The keyword.
    pub keyword: &'static str,
    /// The side that the function uses the context for.
    pub side: Side,
}

const fn client(callee: &'static str, keyword: &'static str) -> Sink {
    Sink {
        callee,
        keyword,
        side: Side::Client,
    }
}

const fn server(callee: &'static str, keyword: &'static str) -> Sink {
    Sink {
        callee,
        keyword,
        side: Side::Server,
    }
}

/// All known parameters.
pub const SINKS: &[Sink] = &[
    // The standard library.
    client("urlopen", "context"),
    client("HTTPSConnection", "context"),
    client("HTTPSHandler", "context"),
    client("SMTP_SSL", "context"),
    client("starttls", "context"),
    client("starttls", "ssl_context"),
    client("stls", "context"),
    client("IMAP4_SSL", "ssl_context"),
    client("POP3_SSL", "context"),
    client("FTP_TLS", "context"),
    client("NNTP_SSL", "ssl_context"),
    client("ServerProxy", "context"),
    client("HTTPHandler", "context"),
    client("open_connection", "ssl"),
    client("open_unix_connection", "ssl"),
    client("create_connection", "ssl"),
    client("create_unix_connection", "ssl"),
    server("start_server", "ssl"),
    server("start_unix_server", "ssl"),
    server("create_server", "ssl"),
    server("create_unix_server", "ssl"),
    server("HTTPSServer", "ssl_context"),
    // Other libraries.
    client("PoolManager", "ssl_context"),
    client("ProxyManager", "ssl_context"),
    client("HTTPSConnectionPool", "ssl_context"),
    client("init_poolmanager", "ssl_context"),
    client("TCPConnector", "ssl"),
    client("TCPConnector", "ssl_context"),
    client("ws_connect", "ssl"),
    client("websockets.connect", "ssl"),
    server("websockets.serve", "ssl"),
    server("TCPSite", "ssl_context"),
    server("run_app", "ssl_context"),
    server("run_simple", "ssl_context"),
    server("app.run", "ssl_context"),
    server("HTTPServer", "ssl_options"),
    client("MongoClient", "ssl_context"),
    client("KafkaProducer", "ssl_context"),
    client("KafkaConsumer", "ssl_context"),
];

/// The side for which a call uses the context that it gets by this keyword. `callee` is the dotted name as written.
pub fn side_of(callee: &str, keyword: &str) -> Option<Side> {
    let ends_with = |name: &str| callee == name || callee.strip_suffix(name).is_some_and(|front| front.ends_with('.'));
    SINKS
        .iter()
        .find(|sink| sink.keyword == keyword && ends_with(sink.callee))
        .map(|sink| sink.side)
}

/// A parameter, or a key of a dictionary that is passed, that takes a protocol constant.
#[derive(Clone, Copy, Debug)]
pub struct ProtocolSink {
    /// The library, and the releases that the verdict was checked with.
    pub library: &'static str,
    /// The last part, or the last two parts, of the callee's dotted name.
    pub callee: &'static str,
    /// The keyword, or `keyword[key]` for a key of a dictionary that is passed by that keyword.
    pub keyword: &'static str,
    /// What to do about it.
    pub verdict: Verdict,
}

/// What an old protocol constant should become where a library takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `PROTOCOL_TLS_CLIENT` does the same: the library sets the verification itself.
    Client,
    /// `PROTOCOL_TLS_SERVER` does the same.
    Server,
    /// No constant is right; this is what to write, in the imperative.
    Write(&'static str),
}

const fn takes(library: &'static str, callee: &'static str, keyword: &'static str, verdict: Verdict) -> ProtocolSink {
    ProtocolSink {
        library,
        callee,
        keyword,
        verdict,
    }
}

const URLLIB3: &str = "urllib3 1.26 and 2";
const PAHO: &str = "paho-mqtt 1.6 and 2";
const TORNADO: &str = "tornado 6";
const DICTIONARY: &str = "drop it and say `cert_reqs`: this library hands the constant to `SSLContext` and leaves the \
                          verification as it is, so `PROTOCOL_TLS_CLIENT` would turn it on with no CA loaded";

/// All known parameters for protocol constants (`ssl-facts.md` section 6).
pub const PROTOCOL_SINKS: &[ProtocolSink] = &[
    takes(URLLIB3, "PoolManager", "ssl_version", Verdict::Client),
    takes(URLLIB3, "ProxyManager", "ssl_version", Verdict::Client),
    takes(URLLIB3, "HTTPSConnectionPool", "ssl_version", Verdict::Client),
    takes(URLLIB3, "connection_from_url", "ssl_version", Verdict::Client),
    takes(URLLIB3, "create_urllib3_context", "ssl_version", Verdict::Client),
    takes(URLLIB3, "init_poolmanager", "ssl_version", Verdict::Client),
    takes("requests-toolbelt 1.0", "SSLAdapter", "", Verdict::Client),
    takes(PAHO, "tls_set", "tls_version", Verdict::Client),
    takes(
        "websocket-client 1",
        "create_connection",
        "sslopt[ssl_version]",
        Verdict::Client,
    ),
    takes(
        "websocket-client 1",
        "run_forever",
        "sslopt[ssl_version]",
        Verdict::Client,
    ),
    takes(
        "websocket-client 1",
        "WebSocket",
        "sslopt[ssl_version]",
        Verdict::Client,
    ),
    takes("ldap3 2.9", "Tls", "version", Verdict::Client),
    takes("uvicorn 0.54", "uvicorn.run", "ssl_version", Verdict::Server),
    takes("uvicorn 0.54", "Config", "ssl_version", Verdict::Server),
    takes("werkzeug 3", "load_ssl_context", "protocol", Verdict::Server),
    takes("gevent 26", "StreamServer", "ssl_version", Verdict::Server),
    takes("gevent 26", "WSGIServer", "ssl_version", Verdict::Server),
    takes("thrift 0.25", "TSSLServerSocket", "ssl_version", Verdict::Server),
    takes(
        "thrift 0.25",
        "TSSLSocket",
        "ssl_version",
        Verdict::Write("pass `ssl_context=`: `PROTOCOL_TLS_CLIENT` is refused with `cert_reqs=CERT_NONE`"),
    ),
    takes(
        TORNADO,
        "HTTPServer",
        "ssl_options[ssl_version]",
        Verdict::Write("drop the key: a server's context is the default since tornado 6.2, a client's would not serve"),
    ),
    takes(TORNADO, "fetch", "ssl_options[ssl_version]", Verdict::Write(DICTIONARY)),
    takes(
        TORNADO,
        "HTTPRequest",
        "ssl_options[ssl_version]",
        Verdict::Write(DICTIONARY),
    ),
    takes(
        "py-amqp 5",
        "Connection",
        "ssl[ssl_version]",
        Verdict::Write(DICTIONARY),
    ),
    takes(
        "pika 1",
        "ConnectionParameters",
        "ssl_options[ssl_version]",
        Verdict::Write("pass `pika.SSLOptions(context, host)` with a context of your own"),
    ),
    takes(
        "cassandra-driver 3.30",
        "Cluster",
        "ssl_options[ssl_version]",
        Verdict::Write("pass `ssl_context=`: with the constant this library never applies `cert_reqs`"),
    ),
    takes(
        "elasticsearch 8",
        "Elasticsearch",
        "ssl_version",
        Verdict::Write(
            "pass `ssl.TLSVersion.TLSv1_2`, which release 8 takes as the minimum; release 7 takes none of them: drop it",
        ),
    ),
    takes(
        "stomp.py 9",
        "set_ssl",
        "ssl_version",
        Verdict::Write("drop it: a client's context is the default; the host name is then checked, which it was not"),
    ),
    takes(
        "eventlet 0.41",
        "wrap_ssl",
        "ssl_version",
        Verdict::Write("wrap the socket with a context of your own: `cert_reqs` is never applied here"),
    ),
    takes(
        "httplib2 0.32",
        "Http",
        "ssl_version",
        Verdict::Write("pass `tls_minimum_version=\"TLSv1_2\"`"),
    ),
    takes(
        "redis 8",
        "Redis",
        "ssl_version",
        Verdict::Write("pass `ssl_min_version=ssl.TLSVersion.TLSv1_2`"),
    ),
];

/// What a call does with a protocol constant that it gets by this keyword (`keyword[key]` for a dictionary's key).
pub fn protocol_sink(callee: &str, keyword: &str) -> Option<&'static ProtocolSink> {
    let ends_with = |name: &str| callee == name || callee.strip_suffix(name).is_some_and(|front| front.ends_with('.'));
    PROTOCOL_SINKS
        .iter()
        .find(|sink| sink.keyword == keyword && ends_with(sink.callee))
}
