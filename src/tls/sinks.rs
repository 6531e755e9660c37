//! Functions that take a context, and the side that they use it for. Source: the documentation of each; `ssl-facts.md`
//! section 6 for those outside the standard library.

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
