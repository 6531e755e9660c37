//! The hash by which GitHub knows a place again when its line has moved: `primaryLocationLineHash`.
//!
//! Of each line it takes the 100 characters from its start on, over line ends, without blanks and tabs. It is computed as
//! GitHub does for reports that have none, of the bytes on disk read as UTF-8, so that a report with it means the same
//! places as one without.

use std::collections::HashMap;

const LENGTH: usize = 100;
const FACTOR: u64 = 37;
/// Stands behind the last character.
const END: u16 = 0xffff;

/// The hash of each line of a file, the first line's first. Lines end at `\n`, `\r\n` and `\r`. Of equal ones a number at
/// the end tells which it is.
pub fn line_hashes(bytes: &[u8]) -> Vec<String> {
    let mut units: Vec<u16> = Vec::with_capacity(bytes.len());
    let mut starts = vec![0];
    let mut after_carriage_return = false;
    for unit in String::from_utf8_lossy(bytes).encode_utf16() {
        let is_second_half = after_carriage_return && unit == u16::from(b'\n');
        after_carriage_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if unit == u16::from(b'\n') || unit == u16::from(b'\r') {
            units.push(b'\n'.into());
            starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    units.push(END);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let hashes = starts.into_iter().map(|start| {
        let from_start = units[start..].iter().copied().chain(std::iter::repeat(0)).take(LENGTH);
        let hash = from_start.fold(0u64, |hash, unit| hash.wrapping_mul(FACTOR).wrapping_add(unit.into()));
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    });
    hashes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_line_ends_do_not_matter_and_equal_lines_are_told_apart() {
        let hashes = line_hashes(b"a = 1\nb\n");
        assert_eq!(line_hashes(b"\ta=1\r\n b\r"), hashes);
        assert_eq!(hashes.len(), 3);
        let far = "x\n".repeat(200);
        let hashes = line_hashes(far.as_bytes());
        assert_eq!(hashes[0].split(':').next(), hashes[1].split(':').next());
        assert!(hashes[0].ends_with(":1") && hashes[1].ends_with(":2"), "{hashes:?}");
    }
}
