//! What tells a finding from others when lines have moved: the definition around it, its tokens, and which of several
//! equal ones it is.

use super::{Finding, Identity};
use crate::python::Module;
use ruff_python_ast::Stmt;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange};
use std::collections::HashMap;

/// Fills in what identifies each of the findings, which are in the order of the text.
pub fn identify(module: &Module, findings: &mut [Finding]) {
    if findings.is_empty() {
        return;
    }
    let definitions = definitions(module);
    let mut seen: HashMap<(&str, Identity), usize> = HashMap::new();
    for finding in findings {
        let range = finding.range;
        let past = definitions.partition_point(|(around, _)| around.start() <= range.start());
        let around = definitions[..past]
            .iter()
            .rfind(|(around, _)| around.contains_range(range));
        let mut identity = Identity {
            within: around.map(|(_, name)| name.clone()).unwrap_or_default(),
            code: code(module, range),
            ordinal: 0,
        };
        let before = seen.entry((finding.codemod, identity.clone())).or_default();
        identity.ordinal = *before;
        *before += 1;
        finding.identity = identity;
    }
}

/// The functions and classes with their qualified names, those around others first.
fn definitions(module: &Module) -> Vec<(TextRange, String)> {
    let mut definitions: Vec<(TextRange, String)> = Vec::new();
    // Those around the node, by index.
    let mut open: Vec<usize> = Vec::new();
    for (_, statement) in module.tree().statements() {
        let name = match statement {
            Stmt::FunctionDef(function) => function.name.as_str(),
            Stmt::ClassDef(class) => class.name.as_str(),
            _ => continue,
        };
        let range = statement.range();
        open.retain(|around| definitions[*around].0.contains_range(range));
        let name = match open.last() {
            Some(around) => format!("{}.{name}", definitions[*around].1),
            None => name.to_string(),
        };
        open.push(definitions.len());
        definitions.push((range, name));
    }
    definitions
}

/// The tokens in the range, without comments and line ends. Where there is none it is a comment, as it stands there.
fn code(module: &Module, range: TextRange) -> String {
    let first = module.tokens().partition_point(|token| token.end() <= range.start());
    let tokens = module.tokens()[first..].iter();
    let tokens = tokens.take_while(|token| token.start() < range.end());
    let is_layout = |kind: TokenKind| {
        kind.is_trivia() || matches!(kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
    };
    let tokens = tokens.filter(|token| !token.range().is_empty() && !is_layout(token.kind()));
    let tokens: Vec<&str> = tokens.map(|token| module.slice(token.range())).collect();
    if tokens.is_empty() {
        let words: Vec<&str> = module.slice(range).split_whitespace().collect();
        return words.join(" ");
    }
    tokens.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::rewrite::{Identity, Options, plan};

    fn identities(text: &str) -> Vec<Identity> {
        let plan = plan(text, &Options::default()).expect("it parses");
        plan.findings.into_iter().map(|finding| finding.identity).collect()
    }

    const TEXT: &str = "import ssl

class Client:
    def connect(self, sock):
        def again():
            return ssl.match_hostname(sock, 1)
        ssl.match_hostname(sock, 1)
        return ssl.match_hostname(sock, 1)

ssl.match_hostname(a, b)
";

    #[test]
    fn a_finding_is_told_by_its_definition_its_code_and_a_number() {
        let all = identities(TEXT);
        let told: Vec<(&str, usize)> = all
            .iter()
            .map(|identity| (identity.within.as_str(), identity.ordinal))
            .collect();
        let within = "Client.connect";
        assert_eq!(told, [("Client.connect.again", 0), (within, 0), (within, 1), ("", 0)]);
    }

    #[test]
    fn layout_comments_and_what_stands_above_do_not_matter() {
        let moved = TEXT
            .replace("(sock, 1)", "(  # why\n                sock,\\\n                1)")
            .replace("import ssl\n", "import ssl\nimport os\n\n\n");
        assert_eq!(identities(TEXT), identities(&moved));
        assert_ne!(identities(TEXT), identities(&TEXT.replace("(sock, 1)", "(sock, 2)")));
    }
}
