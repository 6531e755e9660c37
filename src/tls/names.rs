//! The names of Python's `ssl` that are gone or going: since when, and what takes their place.
//!
//! Source: `ssl-facts.md` sections 1a and 1c, measured on Python 2.7 to 3.13; OpenSSL 4 from CPython's issue tracker.

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Importing or reading it raises on the Pythons named.
    Gone(&'static str),
    /// It exists and warns when it is used.
    Deprecated(&'static str),
}

/// One old name.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// As in `ssl.<name>`.
    pub name: &'static str,
    /// What is wrong with it.
    pub fate: Fate,
    /// What to write instead, in the imperative.
    pub instead: &'static str,
}

const CHOOSE_PROTOCOL: &str =
    "use `PROTOCOL_TLS_CLIENT` or `PROTOCOL_TLS_SERVER` with `minimum_version`, whichever side the context is for";

/// The protocol constants of old.
pub const PROTOCOLS: &[Name] = &[
    protocol("PROTOCOL_SSLv2", Fate::Gone("is missing from every current Python")),
    protocol(
        "PROTOCOL_SSLv3",
        Fate::Gone("is missing from nearly every current Python"),
    ),
    protocol("PROTOCOL_SSLv23", Fate::Deprecated("is deprecated since Python 3.6")),
    protocol("PROTOCOL_TLS", Fate::Deprecated("is deprecated since Python 3.10")),
    protocol(
        "PROTOCOL_TLSv1",
        Fate::Gone("is missing from Pythons built with OpenSSL 4"),
    ),
    protocol(
        "PROTOCOL_TLSv1_1",
        Fate::Gone("is missing from Pythons built with OpenSSL 4"),
    ),
    protocol(
        "PROTOCOL_TLSv1_2",
        Fate::Gone("is missing from Pythons built with OpenSSL 4"),
    ),
];

const fn protocol(name: &'static str, fate: Fate) -> Name {
    Name {
        name,
        fate,
        instead: CHOOSE_PROTOCOL,
    }
}

/// The flags that switch protocol versions off.
pub const VERSION_FLAGS: &[Name] = &[
    flag("OP_NO_SSLv2", "does nothing since OpenSSL 1.1: drop it"),
    flag("OP_NO_SSLv3", "is on by default: drop it, or set `minimum_version`"),
    flag("OP_NO_TLSv1", "set `minimum_version` instead"),
    flag("OP_NO_TLSv1_1", "set `minimum_version` instead"),
    flag("OP_NO_TLSv1_2", "set `minimum_version` or `maximum_version` instead"),
    flag("OP_NO_TLSv1_3", "set `maximum_version` instead"),
];

const fn flag(name: &'static str, instead: &'static str) -> Name {
    Name {
        name,
        fate: Fate::Deprecated("is deprecated since Python 3.7"),
        instead,
    }
}

/// Versions that are too old to be a minimum.
pub const OLD_VERSIONS: &[Name] = &[
    version("TLSVersion.SSLv3"),
    version("TLSVersion.TLSv1"),
    version("TLSVersion.TLSv1_1"),
];

const fn version(name: &'static str) -> Name {
    Name {
        name,
        fate: Fate::Deprecated("is deprecated since Python 3.10"),
        instead: "use `TLSVersion.TLSv1_2`",
    }
}

/// Functions and classes that are gone, and have nothing to do with building a context.
pub const REMOVED: &[Name] = &[
    Name {
        name: "RAND_egd",
        fate: Fate::Gone("is missing from every current Python"),
        instead: "drop the call: OpenSSL seeds itself",
    },
    Name {
        name: "RAND_pseudo_bytes",
        fate: Fate::Gone("was removed in Python 3.12"),
        instead: "use `ssl.RAND_bytes`, `os.urandom` or `secrets.token_bytes`, which return the bytes alone and no tuple",
    },
    Name {
        name: "sslwrap_simple",
        fate: Fate::Gone("was removed in Python 3.0"),
        instead: "build an `SSLContext` and call its `wrap_socket`",
    },
];

/// Names whose presence tells a modern `ssl`: what runs only without them is a branch for old Pythons.
pub const MODERN: &[&str] = &[
    "HAS_ALPN",
    "HAS_NEVER_CHECK_COMMON_NAME",
    "HAS_SNI",
    "HAS_TLSv1_3",
    "MemoryBIO",
    "OP_NO_COMPRESSION",
    "PROTOCOL_TLS",
    "PROTOCOL_TLS_CLIENT",
    "PROTOCOL_TLS_SERVER",
    "Purpose",
    "SSLContext",
    "TLSVersion",
    "_create_default_https_context",
    "_create_unverified_context",
    "create_default_context",
];

/// The old name, if it is one: a constant, a flag, a function.
pub fn find(name: &str) -> Option<&'static Name> {
    [PROTOCOLS, VERSION_FLAGS, OLD_VERSIONS, REMOVED]
        .into_iter()
        .flatten()
        .find(|old| old.name == name)
}

/// True if this is a protocol constant of old: every one but `PROTOCOL_TLS_CLIENT` and `PROTOCOL_TLS_SERVER`.
pub fn is_old_protocol(name: &str) -> bool {
    PROTOCOLS.iter().any(|old| old.name == name)
}

/// True if the name was removed from `ssl`, or is about to be, or deprecated: code that asks whether it exists is ready
/// for its absence.
pub fn is_old(name: &str) -> bool {
    // `HAS_NPN` is there, and false with every OpenSSL since 1.1.1.
    matches!(name, "wrap_socket" | "match_hostname" | "HAS_NPN") || find(name).is_some()
}

/// The parameters of `ssl.wrap_socket`, in their order; the same on Python 2.7 to 3.11 (`ssl-facts.md` section 2).
pub const WRAP_SOCKET_PARAMETERS: [&str; 10] = [
    "sock",
    "keyfile",
    "certfile",
    "server_side",
    "cert_reqs",
    "ssl_version",
    "ca_certs",
    "do_handshake_on_connect",
    "suppress_ragged_eofs",
    "ciphers",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_listed_twice_and_every_text_reads_on() {
        let all: Vec<&Name> = [PROTOCOLS, VERSION_FLAGS, OLD_VERSIONS, REMOVED]
            .into_iter()
            .flatten()
            .collect();
        for (index, name) in all.iter().enumerate() {
            assert!(
                all[index + 1..].iter().all(|other| other.name != name.name),
                "{} twice",
                name.name
            );
            let (Fate::Gone(text) | Fate::Deprecated(text)) = name.fate;
            assert!(text.starts_with("is ") || text.starts_with("was "), "{text}");
            assert!(!name.instead.ends_with('.'), "{}", name.instead);
        }
    }
}
