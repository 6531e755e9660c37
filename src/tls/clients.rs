//! The clients of the standard library that took file names before they took contexts: their old parameters, and where
//! the context goes. The same on Python 3.6 to 3.11, but for a `timeout` here and there at the end.
//!
//! Source: the constructors in `http/client.py`, `ftplib.py`, `imaplib.py`, `poplib.py`, `smtplib.py` of Python 3.6 to
//! 3.13; `ssl-facts.md` section 1b.

/// A class, or a method, that took file names.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The dotted name of the class.
    pub class: &'static str,
    /// The parameters of Python 3.11, in their order.
    pub parameters: &'static [&'static str],
    /// How many of them can still be given by position since Python 3.12.
    pub by_position: usize,
    /// The parameter that takes the context.
    pub context: &'static str,
    /// The attributes that its objects have no more.
    pub attributes: &'static [&'static str],
}

/// `http.client.HTTPSConnection`.
pub const HTTPS: Client = Client {
    class: "http.client.HTTPSConnection",
    parameters: &[
        "host",
        "port",
        "key_file",
        "cert_file",
        "timeout",
        "source_address",
        "context",
        "check_hostname",
        "blocksize",
    ],
    by_position: 2,
    context: "context",
    attributes: &["key_file", "cert_file"],
};

/// The same class by its names in Python 2 and in the libraries that bridge the two.
pub const OLD_HTTPS: &[&str] = &[
    "httplib.HTTPSConnection",
    "six.moves.http_client.HTTPSConnection",
    "future.moves.http.client.HTTPSConnection",
    "future.backports.http.client.HTTPSConnection",
];

const FILES: &[&str] = &["keyfile", "certfile"];

/// The classes of the mail protocols and of FTP.
pub const MAIL: &[Client] = &[
    Client {
        class: "smtplib.SMTP_SSL",
        parameters: &[
            "host",
            "port",
            "local_hostname",
            "keyfile",
            "certfile",
            "timeout",
            "source_address",
            "context",
        ],
        by_position: 3,
        context: "context",
        attributes: FILES,
    },
    Client {
        class: "imaplib.IMAP4_SSL",
        parameters: &["host", "port", "keyfile", "certfile", "ssl_context", "timeout"],
        by_position: 2,
        context: "ssl_context",
        attributes: FILES,
    },
    Client {
        class: "poplib.POP3_SSL",
        parameters: &["host", "port", "keyfile", "certfile", "timeout", "context"],
        by_position: 2,
        context: "context",
        attributes: FILES,
    },
    FTP,
];

/// `ftplib.FTP_TLS`.
pub const FTP: Client = Client {
    class: "ftplib.FTP_TLS",
    parameters: &[
        "host",
        "user",
        "passwd",
        "acct",
        "keyfile",
        "certfile",
        "context",
        "timeout",
        "source_address",
        "encoding",
    ],
    by_position: 4,
    context: "context",
    attributes: &["keyfile", "certfile", "ssl_version"],
};

/// `smtplib.SMTP.starttls`, a method.
pub const STARTTLS: Client = Client {
    class: "smtplib.SMTP.starttls",
    parameters: &["keyfile", "certfile", "context"],
    by_position: 0,
    context: "context",
    attributes: &[],
};

/// The classes that have it.
pub const SMTP: &[&str] = &["smtplib.SMTP", "smtplib.SMTP_SSL", "smtplib.LMTP"];

impl Client {
    /// The name of the class without its module.
    pub fn short_name(&self) -> &'static str {
        self.class.rsplit('.').next().unwrap_or(self.class)
    }
}
