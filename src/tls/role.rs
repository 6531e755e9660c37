//! Which side of a connection a context or socket is for, from evidence. Knows the methods and parameters that tell,
//! not the syntax that they were read from.

use super::recipe::Protocol;
use ruff_text_size::TextRange;

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that connects.
    Client,
    /// The side that is connected to.
    Server,
}

/// Something in the program that tells the side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The side that it speaks for.
    pub side: Side,
    /// What it is, with its line: "line 12 calls `wrap_socket(server_side=True)`".
    pub what: String,
    /// Its bytes.
    pub range: TextRange,
}

/// The side, as far as the evidence goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// All evidence agrees.
    Is(Side),
    /// There is evidence for both sides.
    Both,
    /// There is none.
    Unknown,
}

impl Side {
    /// `client` or `server`.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }
}

impl From<Side> for Protocol {
    fn from(side: Side) -> Protocol {
        match side {
            Side::Client => Protocol::Client,
            Side::Server => Protocol::Server,
        }
    }
}

/// Weighs the evidence: one witness for the other side is enough to leave the role to a person.
pub fn weigh(evidence: &[Evidence]) -> Role {
    let speaks_for = |side| evidence.iter().any(|found| found.side == side);
    match (speaks_for(Side::Client), speaks_for(Side::Server)) {
        (true, true) => Role::Both,
        (true, false) => Role::Is(Side::Client),
        (false, true) => Role::Is(Side::Server),
        (false, false) => Role::Unknown,
    }
}

/// What calling a method of a socket, or of an object that owns it, tells of the socket.
pub fn socket_method(name: &str) -> Option<Side> {
    match name {
        "connect" | "connect_ex" => Some(Side::Client),
        "listen" | "accept" | "serve_forever" | "handle_request" | "server_bind" | "server_activate" => {
            Some(Side::Server)
        }
        _ => None,
    }
}

/// What the function that made a socket, or the object that owns it, tells of it. `callee` is its name as written.
pub fn socket_maker(callee: &str) -> Option<Side> {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    match last {
        "create_connection" => Some(Side::Client),
        "create_server" | "listen" | "make_server" => Some(Side::Server),
        _ if is_server_class(last) => Some(Side::Server),
        _ => None,
    }
}

/// True for `HTTPServer`, `ThreadingTCPServer`, `SimpleXMLRPCServer` and their like.
pub fn is_server_class(name: &str) -> bool {
    name.rsplit('.').next().unwrap_or(name).ends_with("Server")
}
