//! What a finding is called in files that outlive the run: the same for the same finding, wherever its lines have moved.
//!
//! `sslfixFingerprint/v1` is the FNV-1a hash of 64 bits, as 16 hexadecimal digits, of these, each followed by a zero byte:
//! the name of the codemod, the path with forward slashes, the qualified name of the definition around the finding (empty
//! at the level of the module), the tokens of the finding joined by single blanks, and, in decimal digits, how many equal
//! ones stand before it in the same definition. No line numbers.
//!
//! The hash is written out in a few lines since it must never change, on no machine and in no release; the one of the
//! standard library may, and nothing depends on how hard it is to find two findings with the same.

use crate::rewrite::Finding;

/// What the fingerprint is called where several kinds can stand, as in SARIF. What goes into it changes only with its name.
pub const NAME: &str = "sslfixFingerprint/v1";

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The fingerprint of a finding in the file of that path, whose bytes have forward slashes.
pub fn of(path: &[u8], finding: &Finding) -> String {
    let identity = &finding.identity;
    let ordinal = identity.ordinal.to_string();
    let parts = [
        finding.codemod.as_bytes(),
        path,
        identity.within.as_bytes(),
        identity.code.as_bytes(),
        ordinal.as_bytes(),
    ];
    let all = parts.iter().flat_map(|part| part.iter().chain([&0]));
    format!("{:016x}", fnv1a(all))
}

fn fnv1a<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    bytes.fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Options, plan};

    #[test]
    fn the_hash_is_the_one_that_others_know() {
        for (text, hash) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(fnv1a(text.as_bytes().iter()), hash);
        }
    }

    /// Files of users hold these: they must never change.
    #[test]
    fn a_fingerprint_is_what_it_was() {
        let text = "import ssl\n\ndef f(a):\n    ssl.match_hostname(a)\n    ssl.match_hostname( a )\n";
        let findings = plan(text, &Options::default()).expect("it parses").findings;
        let all: Vec<String> = findings.iter().map(|finding| of(b"app/client.py", finding)).collect();
        assert_eq!(all, ["194696dcd8462467", "194330dcd843413e"]);
        assert_ne!(of(b"client.py", &findings[0]), all[0]);
    }
}
