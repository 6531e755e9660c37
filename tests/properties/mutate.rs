//! Texts that are nearly those that people wrote: some tokens deleted, doubled or swapped with the next one.
//!
//! The same seed makes the same text.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};
use sslfix::source::parse;
use std::ops::Range;

/// What a seed made of a text.
pub struct Mutant {
    /// The other text.
    pub text: String,
    /// What was done to which bytes, for people.
    pub how: String,
}

/// Changes one or two tokens, most of them near the places that are of interest, if there are any. Of several such texts it
/// takes the first that is Python, since the others are refused before anything is looked at.
pub fn mutate(text: &str, parsed: &Parsed<ModModule>, of_interest: &[TextRange], seed: u64) -> Mutant {
    let mut chance = Chance(seed);
    let mut tokens: Vec<Token> = Vec::new();
    for token in parsed.tokens().iter().filter(|token| !token.range().is_empty()) {
        let range = usize::from(token.start())..usize::from(token.end());
        tokens.push(Token {
            kind: token.kind(),
            range,
        });
    }
    let mut mutant = once(text, &tokens, of_interest, &mut chance);
    for _ in 0..ATTEMPTS {
        if parse(&mutant.text).is_ok() {
            break;
        }
        mutant = once(text, &tokens, of_interest, &mut chance);
    }
    mutant
}

const ATTEMPTS: usize = 10;

struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

fn once(text: &str, tokens: &[Token], of_interest: &[TextRange], chance: &mut Chance) -> Mutant {
    let mut edits: Vec<(Range<usize>, String, &str)> = Vec::new();
    for _ in 0..=chance.below(2) {
        let Some(index) = choose(tokens, of_interest, chance) else {
            break;
        };
        let token = tokens[index].range.clone();
        let own = &text[token.clone()];
        let following = &tokens[index + 1..];
        // With the next token of its kind, or with the next one.
        let same_kind = following.iter().take(12).find(|next| next.kind == tokens[index].kind);
        let other = if chance.below(4) == 0 {
            following.first()
        } else {
            same_kind
        };
        let edit = match (chance.below(3), other) {
            (0, _) => {
                let is_followed =
                    |next: &&Token| matches!(next.kind, TokenKind::Comma | TokenKind::Dot | TokenKind::Equal);
                let end = following
                    .first()
                    .filter(is_followed)
                    .map_or(token.end, |next| next.range.end);
                (token.start..end, String::new(), "deleted")
            }
            (1, Some(other)) => {
                let other = other.range.clone();
                let between = &text[token.end..other.start];
                let swapped = format!("{}{between}{own}", &text[other.clone()]);
                (token.start..other.end, swapped, "swapped")
            }
            _ => (token, format!("{own} {own}"), "doubled"),
        };
        if edits
            .iter()
            .all(|(other, ..)| other.end <= edit.0.start || edit.0.end <= other.start)
        {
            edits.push(edit);
        }
    }
    edits.sort_by_key(|(range, ..)| range.start);
    let mut mutant = Mutant {
        text: text.to_string(),
        how: String::new(),
    };
    for (range, new, what) in edits.iter().rev() {
        mutant.text.replace_range(range.clone(), new);
        mutant.how += &format!("{what} {:?} at {range:?}; ", &text[range.clone()]);
    }
    mutant
}

/// The number of a token: three times out of four of one at or close to a place of interest.
fn choose(tokens: &[Token], of_interest: &[TextRange], chance: &mut Chance) -> Option<usize> {
    let anywhere = (!tokens.is_empty()).then(|| chance.below(tokens.len()))?;
    if of_interest.is_empty() || chance.below(4) == 0 {
        return Some(anywhere);
    }
    const CLOSE: usize = 20;
    let place = of_interest[chance.below(of_interest.len())];
    let first = tokens
        .partition_point(|token| token.range.end <= place.start().into())
        .saturating_sub(CLOSE);
    let behind = tokens.partition_point(|token| token.range.start < place.end().into()) + CLOSE;
    let count = behind.min(tokens.len()).checked_sub(first).filter(|count| *count > 0)?;
    Some(first + chance.below(count))
}

/// Numbers without a pattern: Steele's SplitMix64.
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below the bound, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_seed_makes_one_text_and_other_seeds_make_others() {
        let text = "import ssl\nsock = ssl.wrap_socket(sock, ca_certs=None)\n";
        let parsed = parse(text).expect("parses");
        let of_interest = [TextRange::new(18.into(), 54.into())];
        let made: BTreeSet<String> = (0..200)
            .map(|seed| mutate(text, &parsed, &of_interest, seed).text)
            .collect();
        assert!(made.len() > 40, "only {} texts", made.len());
        let again: BTreeSet<String> = (0..200)
            .map(|seed| mutate(text, &parsed, &of_interest, seed).text)
            .collect();
        assert_eq!(made, again);
        for expected in [
            "import ssl\nsock = ssl.wrap_socket( ca_certs=None)\n",
            "import ssl\nsock = ssl.sock(wrap_socket, ca_certs=None)\n",
            "import ssl\nsock = ssl.wrap_socket(sock, None)\n",
        ] {
            assert!(made.contains(expected), "{expected}");
        }
        let python = made.iter().filter(|text| parse(*text).is_ok()).count();
        assert!(python > 40, "{python} of {} are Python", made.len());
    }
}
