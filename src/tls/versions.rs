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

    /// The oldest version from `floor` on, a place in [`VERSIONS`], that is still offered: the `minimum_version` that
    /// changes nothing above the floor that sslfix sets. `None` if none is left.
    pub fn floor(self, floor: usize) -> Option<&'static str> {
        (floor..VERSIONS.len())
            .find(|index| self.0 & (1 << index) == 0)
            .map(|index| VERSIONS[index])
    }
}

/// The versions that are left when some are switched off: a range, as places in [`VERSIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The oldest, at least TLS 1.2.
    pub oldest: usize,
    /// The newest.
    pub newest: usize,
    /// True if versions older than TLS 1.2 are left too, which the floor takes away.
    pub reaches_below: bool,
}

/// Why what is left is no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRange {
    /// A version between two others is switched off.
    Hole,
    /// Nothing from TLS 1.2 on is left.
    Nothing,
}

impl SwitchedOff {
    /// What is left of the versions from `minimum` on, a place in [`VERSIONS`]. SSL 3 counts as switched off: it is in
    /// every context that is made (`ssl-facts.md` section 1a), and current builds of OpenSSL do not have it.
    ///
    /// # Errors
    ///
    /// If that is no range, so that `minimum_version` and `maximum_version` cannot say it.
    pub fn range(self, minimum: usize) -> Result<Range, NoRange> {
        let mut left = (minimum.max(1)..VERSIONS.len()).filter(|index| self.0 & (1 << index) == 0);
        let oldest = left.next().ok_or(NoRange::Nothing)?;
        let (newest, count) = left.fold((oldest, 1), |(_, count), index| (index, count + 1));
        if newest < TLS12 {
            return Err(NoRange::Nothing);
        }
        if newest - oldest + 1 != count {
            return Err(NoRange::Hole);
        }
        Ok(Range {
            oldest: oldest.max(TLS12),
            newest,
            reaches_below: oldest < TLS12,
        })
    }
}

/// The newest version.
pub const NEWEST: usize = VERSIONS.len() - 1;

/// The place of a member of `TLSVersion` in [`VERSIONS`].
pub fn place(version: &str) -> Option<usize> {
    match version {
        "MINIMUM_SUPPORTED" => Some(0),
        "MAXIMUM_SUPPORTED" => Some(NEWEST),
        _ => VERSIONS.iter().position(|name| *name == version),
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
        off.floor(TLS12)
    }

    #[test]
    fn the_floor_is_tls_1_2_unless_that_is_off_too() {
        assert_eq!(floor(&[]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_SSLv2", "OP_NO_SSLv3", "OP_NO_TLSv1"]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_TLSv1_3"]), Some("TLSv1_2"));
        assert_eq!(floor(&["OP_NO_TLSv1_2"]), Some("TLSv1_3"));
        assert_eq!(floor(&["OP_NO_TLSv1_2", "OP_NO_TLSv1_3"]), None);
    }

    fn range(flags: &[&str], minimum: &str) -> Result<(&'static str, &'static str), NoRange> {
        let mut off = SwitchedOff::default();
        for flag in flags {
            assert!(off.add(flag), "{flag}");
        }
        let range = off.range(place(minimum).expect("a version"))?;
        Ok((VERSIONS[range.oldest], VERSIONS[range.newest]))
    }

    #[test]
    fn what_is_left_is_a_range_a_hole_or_nothing() {
        let every = "MINIMUM_SUPPORTED";
        assert_eq!(range(&["OP_NO_SSLv2"], every), Ok(("TLSv1_2", "TLSv1_3")));
        assert_eq!(range(&["OP_NO_TLSv1"], every), Ok(("TLSv1_2", "TLSv1_3")));
        assert_eq!(range(&["OP_NO_TLSv1_3"], every), Ok(("TLSv1_2", "TLSv1_2")));
        assert_eq!(range(&["OP_NO_TLSv1_1"], every), Err(NoRange::Hole));
        assert_eq!(range(&["OP_NO_TLSv1_2"], every), Err(NoRange::Hole));
        assert_eq!(range(&["OP_NO_TLSv1_2"], "TLSv1_2"), Ok(("TLSv1_3", "TLSv1_3")));
        assert_eq!(range(&["OP_NO_TLSv1_1"], "TLSv1_2"), Ok(("TLSv1_2", "TLSv1_3")));
        assert_eq!(
            range(&["OP_NO_TLSv1", "OP_NO_TLSv1_1", "OP_NO_TLSv1_2"], every),
            Ok(("TLSv1_3", "TLSv1_3"))
        );
        assert_eq!(range(&["OP_NO_TLSv1_2", "OP_NO_TLSv1_3"], every), Err(NoRange::Nothing));
        assert_eq!(range(&["OP_NO_TLSv1_3"], "TLSv1_3"), Err(NoRange::Nothing));
    }

    #[test]
    fn other_flags_are_not_versions() {
        assert!(!SwitchedOff::default().add("OP_NO_TICKET"));
    }
}
