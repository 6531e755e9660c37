//! Whether the bytes of a file can concern sslfix at all, before anything is decoded or parsed.
//!
//! Must never lose a finding; may let files through that turn out to have none. Works on bytes in any encoding that
//! contains ASCII, which Python demands of a source.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;
use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// True if the bytes contain `ssl`, without which no name of the module can be reached, or the name of one of the
/// standard library's clients that use it.
pub fn mentions_ssl(bytes: &[u8]) -> bool {
    SSL.has_one_in(bytes)
}

/// True if the bytes contain the name, or a part of the name, of something that a codemod looks for.
pub fn names_an_old_api(bytes: &[u8]) -> bool {
    OLD_APIS.has_one_in(bytes)
}

/// The bytes of a notebook with the ASCII characters that its JSON spells as `\u0073`. No program writes letters so, but
/// what can be a finding must be seen.
pub fn unescaped(json: &[u8]) -> Cow<'_, [u8]> {
    if memmem::find(json, b"\\u00").is_none() {
        return Cow::Borrowed(json);
    }
    let mut result = Vec::with_capacity(json.len());
    let mut copied = 0;
    for at in memmem::find_iter(json, b"\\u00") {
        let digits = json
            .get(at + 4..at + 6)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(u8::is_ascii_graphic) {
            result.extend(&json[copied..at]);
            result.push(byte);
            copied = at + 6;
        }
    }
    result.extend(&json[copied..]);
    Cow::Owned(result)
}

// To look for `ssl` alone first would be no faster, since most files have none and would be searched twice.
static SSL: Parts = Parts::new([&["ssl"], CLIENTS_OF_SSL]);

static OLD_APIS: Parts = Parts::new([PARTS_OF_NAMES, CLIENTS_OF_SSL]);

/// Parts of names that are looked for.
struct Parts {
    /// Two lists of them, for one is shared.
    parts: [&'static [&'static str]; 2],
    search: OnceLock<AhoCorasick>,
    /// How many bytes were searched without it.
    searched: AtomicUsize,
}

impl Parts {
    /// To make the search takes a quarter of the instructions of a run on one small file; to look for one part after the
    /// other takes as many for so many bytes.
    const FEW_BYTES: usize = 32 << 10;

    const fn new(parts: [&'static [&'static str]; 2]) -> Parts {
        Parts {
            parts,
            search: OnceLock::new(),
            searched: AtomicUsize::new(0),
        }
    }

    fn has_one_in(&self, bytes: &[u8]) -> bool {
        let searched = self.searched.load(Ordering::Relaxed).saturating_add(bytes.len());
        if searched <= Parts::FEW_BYTES {
            self.searched.store(searched, Ordering::Relaxed);
            let mut parts = self.parts.iter().copied().flatten();
            return parts.any(|part| memmem::find(bytes, part.as_bytes()).is_some());
        }
        self.search
            .get_or_init(|| search_for(&self.parts.concat()))
            .is_match(bytes)
    }
}

fn search_for(parts: &[&str]) -> AhoCorasick {
    // Which of the parts is there does not matter, but only this kind of search has a vectorised form. That does all the
    // work where the processor can do it, so what stands behind it is the kind that is made fastest.
    let mut builder = AhoCorasick::builder();
    builder
        .match_kind(MatchKind::LeftmostFirst)
        .kind(Some(AhoCorasickKind::ContiguousNFA));
    builder.build(parts).expect("a short list")
}

/// What a program can use without a word of `ssl` itself.
const CLIENTS_OF_SSL: &[&str] = &[
    "HTTPSConnection",
    "FTP_TLS",
    "IMAP4_SSL",
    "POP3_SSL",
    "SMTP_SSL",
    "starttls",
    "cafile",
    "capath",
    "cadefault",
];

/// One of these stands in every file that a codemod can have a finding in. A codemod that looks for something else adds
/// it here.
const PARTS_OF_NAMES: &[&str] = &[
    // A comment for sslfix that has nothing to say.
    "sslfix:",
    "wrap_socket",
    // A word such as `PROTOCOL_UNSPECIFIED` is all over some generated files of several megabytes.
    "PROTOCOL_SSL",
    "PROTOCOL_TLS",
    // A string in two pieces.
    "PROTOCOL_\"",
    "PROTOCOL_'",
    "SSLContext",
    "OP_NO_",
    "TLSVersion",
    "match_hostname",
    "check_hostname",
    "HAS_NEVER_CHECK_COMMON_NAME",
    "CertificateError",
    "RAND_",
    "npn_protocol",
    "SSLSocket",
    "SSLObject",
    "get_server_certificate",
    "ssl_version",
    "ssl_minimum_version",
    "tls_version",
    "create_default_context",
    "create_unverified_context",
    "create_stdlib_context",
    "create_default_https_context",
    "create_urllib3_context",
    "keyfile",
    "certfile",
    "key_file",
    "cert_file",
    "ca_certs",
    "cert_reqs",
    "CERT_",
    "sslwrap",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codemods;
    use crate::tls::names;

    #[test]
    fn every_way_to_an_old_name_passes() {
        for text in [
            "ssl.wrap_socket(s)",
            "from ssl import PROTOCOL_TLSv1 as P",
            "mock.patch('ssl.wrap_socket')",
            "ftplib.FTP_TLS(keyfile=k)",
            "http.client.HTTPSConnection(host, 443, key, certificate)",
            "server.starttls(key, certificate)",
            "urlopen(url, cafile=bundle)",
            "getattr(ssl, 'PROTOCOL_TLS')",
        ] {
            assert!(
                mentions_ssl(text.as_bytes()) && names_an_old_api(text.as_bytes()),
                "{text}"
            );
        }
    }

    #[test]
    fn every_name_that_is_gone_passes() {
        for old in [
            names::PROTOCOLS,
            names::VERSION_FLAGS,
            names::OLD_VERSIONS,
            names::REMOVED,
        ]
        .concat()
        {
            let text = format!("ssl.{}", old.name);
            assert!(mentions_ssl(text.as_bytes()), "{text}");
            assert!(names_an_old_api(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn every_case_of_the_pages_that_has_findings_passes() {
        let mut cases = 0;
        for codemod in codemods::ALL {
            let fences: Vec<&str> = codemod.page.split("\n```").collect();
            // Every second part is what stands between two blocks.
            let blocks: Vec<&str> = fences.iter().skip(1).step_by(2).copied().collect();
            for (index, pair) in blocks.windows(2).enumerate() {
                let (block, next_block) = (pair[0], pair[1]);
                // What the configuration declares is looked for besides, by its name: `tests/properties/holds.rs`.
                if index > 0 && blocks[index - 1].starts_with("toml\n") {
                    continue;
                }
                let Some((info, case)) = block.split_once('\n') else {
                    continue;
                };
                if info.split(' ').next() != Some("py") {
                    continue;
                }
                if next_block.starts_with("diff\n") || next_block.starts_with("text\n") {
                    cases += 1;
                    assert!(
                        mentions_ssl(case.as_bytes()) && names_an_old_api(case.as_bytes()),
                        "{case}"
                    );
                }
            }
        }
        assert!(cases > 50, "the pages have only {cases} cases");
    }

    #[test]
    fn no_spelling_of_a_name_hides_it_in_a_notebook() {
        let json = br#"["import \u0073\u0073l\n", "\u0073sl.wrap_\u0073ocket(\u00e9)"]"#;
        assert!(!mentions_ssl(json));
        let unescaped = unescaped(json);
        assert_eq!(&*unescaped, br#"["import ssl\n", "ssl.wrap_socket(\u00e9)"]"#);
        assert!(mentions_ssl(&unescaped) && names_an_old_api(&unescaped));
    }

    #[test]
    fn a_file_that_only_mentions_ssl_is_not_parsed() {
        let text = b"import ssl\n\nclass Ssl:\n    error = ssl.SSLError\n";
        assert!(mentions_ssl(text));
        assert!(!names_an_old_api(text));
        assert!(!mentions_ssl(b"import socket\n"));
    }
}
