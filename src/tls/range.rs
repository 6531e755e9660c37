//! Which versions a context offers in the place of an old protocol, by what the user wants of the contexts that sslfix
//! writes. Knows the protocols, not the syntax that names them.

use super::versions;

/// The oldest version of the contexts that are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinimumVersion {
    /// TLS 1.2.
    #[default]
    Tls12,
    /// TLS 1.3, and with it nothing else.
    Tls13,
}

/// What becomes of the newest version of a program that allows TLS 1.2 alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaximumVersion {
    /// It goes: TLS 1.3 becomes possible.
    #[default]
    Open,
    /// It stays.
    Keep,
}

impl MinimumVersion {
    /// The member of `TLSVersion`.
    pub const fn name(self) -> &'static str {
        match self {
            MinimumVersion::Tls12 => "TLSv1_2",
            MinimumVersion::Tls13 => "TLSv1_3",
        }
    }

    /// For people.
    pub const fn in_words(self) -> &'static str {
        match self {
            MinimumVersion::Tls12 => "TLS 1.2",
            MinimumVersion::Tls13 => "TLS 1.3",
        }
    }

    /// Its place in [`versions::VERSIONS`].
    pub const fn place(self) -> usize {
        match self {
            MinimumVersion::Tls12 => versions::NEWEST - 1,
            MinimumVersion::Tls13 => versions::NEWEST,
        }
    }

    /// From the name of the member of `TLSVersion`.
    ///
    /// # Errors
    ///
    /// If it is none that can be a floor.
    pub fn named(name: &str) -> Result<MinimumVersion, String> {
        [MinimumVersion::Tls12, MinimumVersion::Tls13]
            .into_iter()
            .find(|version| version.name() == name)
            .ok_or_else(|| format!("`{name}` is no version that can be the oldest: write `TLSv1_2` or `TLSv1_3`"))
    }
}

/// The versions that a protocol constant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// All that there are.
    All,
    /// TLS 1.2 alone.
    OnlyTls12,
    /// One that is older than TLS 1.2.
    OnlyOlder,
}

/// What a constant of `ssl` allows; `None` if it is no protocol.
pub fn allowed_by(protocol: &str) -> Option<Allowed> {
    match protocol {
        "PROTOCOL_TLS" | "PROTOCOL_SSLv23" | "PROTOCOL_TLS_CLIENT" | "PROTOCOL_TLS_SERVER" => Some(Allowed::All),
        "PROTOCOL_TLSv1_2" => Some(Allowed::OnlyTls12),
        "PROTOCOL_TLSv1_1" | "PROTOCOL_TLSv1" | "PROTOCOL_SSLv3" | "PROTOCOL_SSLv2" => Some(Allowed::OnlyOlder),
        _ => None,
    }
}

/// What to say of a program that pinned a version below TLS 1.2, where such pins are to be kept.
pub const NOTHING_TO_KEEP: &str =
    "`maximum-version` keeps nothing here: the version that it was pinned to is gone, and no newest one was named";

/// What to say where the newest version stays.
pub const KEPT: &str = "TLS 1.2 stays the newest version too, as `maximum-version` says";

/// Why a program that names this protocol cannot get the floor: it allows nothing so new, and a floor above all that it
/// allowed is a decision about its peers.
pub fn below_floor(protocol: &str, floor: MinimumVersion) -> Option<String> {
    (floor == MinimumVersion::Tls13 && matches!(allowed_by(protocol)?, Allowed::OnlyTls12 | Allowed::OnlyOlder)).then(
        || {
            format!(
                "no fix: `{protocol}` does not allow TLS 1.3, which `minimum-version` demands; whether all peers speak it \
                 is for a person"
            )
        },
    )
}

/// What can get lost where the protocol is not in the text, in words that fit behind "unsafe: ". `what` names it.
pub fn hidden(what: &str, floor: MinimumVersion, maximum: MaximumVersion) -> Option<String> {
    match (floor, maximum) {
        (MinimumVersion::Tls13, _) => Some(format!(
            "{what} may allow nothing newer than TLS 1.2, and TLS 1.3 is demanded then"
        )),
        (MinimumVersion::Tls12, MaximumVersion::Keep) => {
            Some(format!("{what} may allow TLS 1.2 alone, and that would not be kept"))
        }
        (MinimumVersion::Tls12, MaximumVersion::Open) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::names;

    #[test]
    fn every_old_protocol_allows_something() {
        for protocol in names::PROTOCOLS {
            assert!(allowed_by(protocol.name).is_some(), "{}", protocol.name);
        }
        assert_eq!(allowed_by("CERT_NONE"), None);
    }

    #[test]
    fn a_floor_is_a_version_by_its_name_and_place() {
        for floor in [MinimumVersion::Tls12, MinimumVersion::Tls13] {
            assert_eq!(MinimumVersion::named(floor.name()), Ok(floor));
            assert_eq!(versions::VERSIONS[floor.place()], floor.name());
        }
        assert!(MinimumVersion::named("TLSv1_1").is_err());
    }
}
