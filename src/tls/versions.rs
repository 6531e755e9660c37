//! Sets of protocol versions: what `OP_NO_*` flags leave, and the floor and ceiling that say the same.

/// The versions that a context may offer, oldest first.
pub const VERSIONS: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"];

const TLS12: usize = 3;

/// A set of versions that are switched off, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwitchedOff(u8);

impl SwitchedOff {
    /// Adds what a flag switches off; false if it is no such flag. `OP_NO_SSLv2` is one and switches nothing off: no
    /// OpenSSL of today speaks SSL 2.
    pub fn add(&mut self, flag: &str) -> bool {
        if flag == "OP_NO_SSLv2" {
            return true;
        }
        let index = flag
            .strip_prefix("OP_NO_")
            .and_then(|name| VERSIONS.iter().position(|version| *version == name));
        if let Some(index) = index {
            self.0 |= 1 << index;
        }
        index.is_some()
    }

    /// The oldest version from TLS 1.2 on that is still offered: the `minimum_version` that changes nothing above the
    /// floor that sslfix sets. `None` if none is left.
    pub fn floor(self) -> Option<&'static str> {
        (TLS12..VERSIONS.len())
            .find(|index| self.0 & (1 << index) == 0)
            .map(|index| VERSIONS[index])
    }
}

/// True if the `TLSVersion` of this name is older than TLS 1.2.
pub fn is_below_floor(version: &str) -> bool {
    version == "MINIMUM_SUPPORTED" || VERSIONS[..TLS12].contains(&version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(flags: &[&str]) -> Option<&'static str> {
        let mut off = SwitchedOff::default();
        for flag in flags {
            assert!(off.add(flag), "{flag}");
        }
        off.floor()
    }

    #[test]
    fn the_floor_is_tls_1_2_unless_that_is_off_too() {
        assert_eq!(floor(&[]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_SSLv2", "OP_NO_SSLv3", "OP_NO_TLSv1"]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_TLSv1_3"]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_TLSv1_2"]), Some("TLSv1_3"));
        assert_eq!(floor(&["OP_NO_TLSv1_2", "OP_NO_TLSv1_3"]), None);
    }

    #[test]
    fn other_flags_are_not_versions() {
        assert!(!SwitchedOff::default().add("OP_NO_TICKET"));
    }
}
