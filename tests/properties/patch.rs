//! Applies a unified diff of one file as strictly as the format allows: no offset, no fuzz, every count right.
//!
//! `git apply` judges the same diffs in `tests/corpus.rs`; this one is fast enough for a fuzzer.

/// The bytes that the diff makes of the old ones. An empty diff makes the same bytes.
pub fn apply(old: &[u8], diff: &[u8]) -> Result<Vec<u8>, String> {
    if diff.is_empty() {
        return Ok(old.to_vec());
    }
    if !diff.ends_with(b"\n") {
        return Err("it does not end with a newline".into());
    }
    let mut lines = Lines(diff);
    for sign in ["--- ", "+++ "] {
        let header = lines.next().ok_or("it has no header")?;
        if !header.starts_with(sign.as_bytes()) {
            return Err(format!("its header has no line that starts with `{sign}`"));
        }
    }
    let mut result = Vec::with_capacity(old.len() + diff.len());
    let mut rest = Lines(old);
    // Lines that are copied or replaced so far.
    let (mut old_line, mut new_line) = (0, 0);
    let mut hunks = 0;
    while let Some(place) = lines.next() {
        let hunk = Hunk::read(place)?;
        hunks += 1;
        // A hunk without lines on one side names the line before it.
        let first = |start: usize, count: usize| if count == 0 { Some(start) } else { start.checked_sub(1) };
        let old_first = first(hunk.old_start, hunk.old_count).ok_or("a hunk starts at line 0")?;
        while old_line < old_first {
            let line = rest.next().ok_or("a hunk starts behind the end of the file")?;
            result.extend(line);
            (old_line, new_line) = (old_line + 1, new_line + 1);
        }
        if old_line != old_first {
            return Err("a hunk starts in front of the end of the one before".into());
        }
        if first(hunk.new_start, hunk.new_count) != Some(new_line) {
            return Err(format!("a hunk says that it starts at new line {}", hunk.new_start));
        }
        let (mut old_left, mut new_left) = (hunk.old_count, hunk.new_count);
        let mut changes = false;
        while old_left > 0 || new_left > 0 {
            let line = lines.next().ok_or("a hunk is shorter than it says")?;
            let (sign, content) = line.split_first().ok_or("a line is empty")?;
            // Of a last line that has no newline, the newline belongs to the diff.
            let content = match lines.skip_no_newline() {
                true => content.strip_suffix(b"\n").ok_or("a line has no end")?,
                false => content,
            };
            if matches!(sign, b' ' | b'-') {
                if rest.next() != Some(content) {
                    return Err(format!("line {} of the file is another one", old_line + 1));
                }
                old_line += 1;
                old_left = old_left
                    .checked_sub(1)
                    .ok_or("a hunk has more old lines than it says")?;
            }
            if matches!(sign, b' ' | b'+') {
                result.extend(content);
                new_line += 1;
                new_left = new_left
                    .checked_sub(1)
                    .ok_or("a hunk has more new lines than it says")?;
            }
            match sign {
                b' ' => {}
                b'-' | b'+' => changes = true,
                _ => return Err(format!("a line starts with {:?}", char::from(*sign))),
            }
        }
        if !changes {
            return Err("a hunk changes nothing".into());
        }
    }
    if hunks == 0 {
        return Err("it has a header and no hunk".into());
    }
    result.extend(rest.0);
    // A line without a newline can only be the last.
    let newlines = result.iter().filter(|byte| **byte == b'\n').count();
    let lines_of_result = newlines + usize::from(!result.ends_with(b"\n") && !result.is_empty());
    let rest_lines = Lines(rest.0).count();
    if lines_of_result != new_line + rest_lines {
        return Err("a line in the middle has no end".into());
    }
    Ok(result)
}

/// What is left of a text, line by line with their ends, which only `\n` makes.
#[derive(Clone)]
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.0.split_inclusive(|byte| *byte == b'\n').next()?;
        self.0 = &self.0[line.len()..];
        Some(line)
    }
}

impl Lines<'_> {
    fn skip_no_newline(&mut self) -> bool {
        let is_there = self.0.starts_with(NO_NEWLINE);
        if is_there {
            self.next();
        }
        is_there
    }
}

const NO_NEWLINE: &[u8] = b"\\ No newline at end of file\n";

struct Hunk {
    old_start: usize,
    old_count: usize,
    new_start: usize,
    new_count: usize,
}

impl Hunk {
    /// Reads `@@ -1,2 +3 @@`.
    fn read(line: &[u8]) -> Result<Hunk, String> {
        let wrong = || format!("{:?} is no place of a hunk", String::from_utf8_lossy(line));
        let line = std::str::from_utf8(line).map_err(|_| wrong())?;
        let numbers = line.strip_prefix("@@ -").and_then(|rest| rest.strip_suffix(" @@\n"));
        let (old, new) = numbers.and_then(|numbers| numbers.split_once(" +")).ok_or_else(wrong)?;
        let range = |text: &str| -> Option<(usize, usize)> {
            match text.split_once(',') {
                Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
                None => Some((text.parse().ok()?, 1)),
            }
        };
        let (old_start, old_count) = range(old).ok_or_else(wrong)?;
        let (new_start, new_count) = range(new).ok_or_else(wrong)?;
        Ok(Hunk {
            old_start,
            old_count,
            new_start,
            new_count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(old: &str, hunks: &str) -> Result<String, String> {
        let diff = format!("--- a/x.py\n+++ b/x.py\n{hunks}");
        apply(old.as_bytes(), diff.as_bytes()).map(|new| String::from_utf8(new).expect("is text"))
    }

    #[test]
    fn lines_are_replaced_added_and_taken_away() {
        let old = "a\nb\nc\nd\n";
        assert_eq!(applied(old, "@@ -2 +2 @@\n-b\n+B\n"), Ok("a\nB\nc\nd\n".into()));
        assert_eq!(
            applied(old, "@@ -1,2 +1,3 @@\n a\n+x\n b\n"),
            Ok("a\nx\nb\nc\nd\n".into())
        );
        assert_eq!(applied(old, "@@ -2,0 +3 @@\n+x\n"), Ok("a\nb\nx\nc\nd\n".into()));
        assert_eq!(applied(old, "@@ -4 +3,0 @@\n-d\n"), Ok("a\nb\nc\n".into()));
        assert_eq!(
            applied(old, "@@ -1 +1,2 @@\n-a\n+A\n+A\n@@ -4 +5 @@\n-d\n+D\n"),
            Ok("A\nA\nb\nc\nD\n".into())
        );
        assert_eq!(apply(b"a", b""), Ok(b"a".to_vec()));
    }

    #[test]
    fn a_last_line_without_a_newline_is_told() {
        let no = "\\ No newline at end of file\n";
        assert_eq!(
            applied("a\nb", &format!("@@ -1,2 +1,2 @@\n-a\n+A\n b\n{no}")),
            Ok("A\nb".into())
        );
        assert_eq!(applied("a", &format!("@@ -1 +1 @@\n-a\n{no}+b\n")), Ok("b\n".into()));
        assert_eq!(applied("a\n", &format!("@@ -1 +1 @@\n-a\n+b\n{no}")), Ok("b".into()));
        for (old, hunks) in [
            ("a", "@@ -1 +1 @@\n-a\n+b\n".to_string()),
            ("a\n", format!("@@ -1 +1 @@\n-a\n{no}+b\n")),
            ("a\nb\n", format!("@@ -1 +1 @@\n-a\n+c\n{no}")),
        ] {
            assert!(applied(old, &hunks).is_err(), "{old:?} {hunks:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let old = "a\nb\nc\nd\n";
        for hunks in [
            "",
            "@@ -2 +2 @@\n-a\n+B\n",
            "@@ -2 +3 @@\n-b\n+B\n",
            "@@ -2,2 +2 @@\n-b\n+B\n",
            "@@ -2 +2,2 @@\n-b\n+B\n",
            "@@ -2 +2 @@\n b\n",
            "@@ -2 +2 @@\n-b\n+B\n+C\n",
            "@@ -0 +1 @@\n-b\n+B\n",
            "@@ -9 +9 @@\n-b\n+B\n",
            "@@ -3 +3 @@\n-c\n+C\n@@ -2 +2 @@\n-b\n+B\n",
            "@@ -2 +2 @@\n-b\n+B",
            "@@ -2 +2 @@ f()\n-b\n+B\n",
            "b\n",
        ] {
            assert!(applied(old, hunks).is_err(), "{hunks:?}");
        }
        assert!(apply(b"a\n", b"@@ -1 +1 @@\n-a\n+b\n").is_err());
    }
}
