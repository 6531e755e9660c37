//! Where in the bytes of a file something is of which the place in the text is known.

use super::BYTE_ORDER_MARK;
use super::encoding::Encoding;

/// Turns offsets into a text into offsets into the file that holds it.
pub struct Offsets<'a> {
    text: &'a str,
    encoding: Encoding,
    before_text: usize,
    /// Where lines start: in the text, and in the bytes. Empty where both are the same.
    lines: Vec<(usize, usize)>,
}

impl<'a> Offsets<'a> {
    pub(super) fn of(encoding: Encoding, has_byte_order_mark: bool, text: &'a str) -> Offsets<'a> {
        let mut lines = Vec::new();
        if encoding != Encoding::Utf8 {
            let (mut in_text, mut in_file) = (0, 0);
            for line in text.split_inclusive('\n') {
                lines.push((in_text, in_file));
                in_text += line.len();
                in_file += encoded_length(encoding, line);
            }
        }
        Offsets {
            text,
            encoding,
            before_text: if has_byte_order_mark { BYTE_ORDER_MARK.len() } else { 0 },
            lines,
        }
    }

    /// The offset into the bytes of the file, which counts its byte order mark.
    pub fn in_file(&self, in_text: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= in_text);
        let in_body = match line.checked_sub(1).map(|line| self.lines[line]) {
            None => in_text,
            Some((text_start, file_start)) => {
                file_start + encoded_length(self.encoding, &self.text[text_start..in_text])
            }
        };
        self.before_text + in_body
    }

    /// The bytes of a part of the text, where they are others than those of UTF-8.
    pub fn other_bytes(&self, part: &str) -> Option<Vec<u8>> {
        let bytes = self.encoding.encode(part).ok()?;
        (*bytes != *part.as_bytes()).then(|| bytes.into_owned())
    }
}

/// No encoding that a source may be in has a state, so that the parts of a text can be encoded one by one.
fn encoded_length(encoding: Encoding, part: &str) -> usize {
    encoding.encode(part).map_or(part.len(), |bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use crate::source::Source;

    #[test]
    fn the_bytes_at_the_offsets_are_those_of_the_text() {
        let files: [&[u8]; 5] = [
            "a = 'é𝒳'\r\nb = 'x'\n".as_bytes(),
            "\u{feff}a = 'é𝒳'\nb".as_bytes(),
            b"# coding: latin-1\na = '\xe9\xe8'\nb = '\xff'",
            b"# coding: shift_jis\na = '\x83\x5c\x83\x5c'\nb = 1\n",
            b"# coding: gb18030\na = '\x81\x30\x81\x30\xb0\xa1'\nb = 1\n",
        ];
        for bytes in files {
            let source = Source::decode(bytes).expect("decodes");
            let text = source.text();
            let offsets = source.offsets(text);
            let all: Vec<usize> = text
                .char_indices()
                .map(|(offset, _)| offset)
                .chain([text.len()])
                .collect();
            for pair in all.windows(2) {
                let part = &text[pair[0]..pair[1]];
                let in_file = &bytes[offsets.in_file(pair[0])..offsets.in_file(pair[1])];
                let expected = offsets.other_bytes(part).unwrap_or_else(|| part.as_bytes().to_vec());
                assert_eq!(in_file, expected);
            }
            assert_eq!(offsets.in_file(text.len()), bytes.len());
        }
    }
}
