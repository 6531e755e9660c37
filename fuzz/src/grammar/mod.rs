//! Programs around the old `ssl` APIs, made from the bytes of the fuzzer: the forms that real code has, in all contexts,
//! scopes and layouts, in combinations that no real code has.
//!
//! `rules.txt` says what there is. Every program parses; what becomes of it is for the fuzz target to judge.

mod layout;
mod rules;

use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};
use rules::{Fill, Rules, join};
use sslfix::rewrite::{Helper, Options, Policy, VariableName};
use sslfix::tls::range::{MaximumVersion, MinimumVersion};
use sslfix::tls::role::Side;
use sslfix::tls::wrappers::{Parameter, Replacement, Takes, Wrapper};
use std::fmt;
use std::sync::LazyLock;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("rules.txt")));

/// A program has about so many choices at most, so that a run takes a fraction of a millisecond.
const MOST_CHOICES: usize = 40;

/// A program, and the options under which it is looked at.
pub struct Program {
    /// The file.
    pub bytes: Vec<u8>,
    /// What the user allows and wants.
    pub options: Options,
}

impl fmt::Debug for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        write!(formatter, "{:?}\n{text}\n{text:?}", self.options)
    }
}

impl<'a> Arbitrary<'a> for Program {
    fn arbitrary(choices: &mut Unstructured<'a>) -> arbitrary::Result<Program> {
        let options = options(choices)?;
        let mut ssl = Ssl::choose(choices)?;
        let mut size = MOST_CHOICES;
        let mut expand =
            |rule: &str, choices: &mut Unstructured, ssl: &mut Ssl| RULES.expand(rule, choices, ssl, &mut size);
        let mut text = expand("lines", choices, &mut ssl)?;
        let import = expand(ssl.import, choices, &mut ssl)?;
        let head = expand("head", choices, &mut ssl)?;
        let others = expand("others", choices, &mut ssl)?;
        let import = ssl.with_names(&import, choices)?;
        text = match choices.int_in_range(0..=7)? {
            0 => format!("{head}{import}{others}{text}"),
            1 => format!("{head}{others}\n{text}\n{import}"),
            2 => format!("{head}{others}{import}\n\n{text}"),
            _ => format!("{head}{others}{import}{text}"),
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(Program {
            bytes: layout::lay_out(&text, choices)?,
            options,
        })
    }
}

fn options(choices: &mut Unstructured) -> arbitrary::Result<Options> {
    Ok(Options {
        unsafe_fixes: choices.arbitrary()?,
        helper: match choices.int_in_range(0..=5)? {
            0 => Helper::Off,
            1 => Helper::Module("acme.net.tls".into()),
            _ => Helper::InFile,
        },
        policy: match choices.int_in_range(0..=3)? {
            0 => Policy::Harden,
            _ => Policy::Preserve,
        },
        strict: choices.ratio(1, 8)?,
        minimum_version: match choices.ratio(1, 4)? {
            true => MinimumVersion::Tls13,
            false => MinimumVersion::Tls12,
        },
        maximum_version: match choices.ratio(1, 4)? {
            true => MaximumVersion::Keep,
            false => MaximumVersion::Open,
        },
        context_name: match choices.ratio(1, 8)? {
            true => VariableName::new("sock").ok(),
            false => None,
        },
        wrappers: match choices.ratio(1, 4)? {
            true => declared(),
            false => Vec::new(),
        },
        ..Options::default()
    })
}

/// Functions that the programs call, by the import in `rules.txt`.
fn declared() -> Vec<Wrapper> {
    let parameter = |name: &str, position| Parameter {
        name: name.into(),
        position,
    };
    let takes = [
        Takes::Context {
            parameter: parameter("context", Some(2)),
            side: Side::Client,
        },
        Takes::Protocol {
            parameter: parameter("version", Some(3)),
            replacement: Some(Replacement::Version("TLSv1_2")),
        },
        Takes::WrapSocket,
    ];
    let declare = |takes| Wrapper {
        function: "acme.net.dial".into(),
        takes,
    };
    takes.into_iter().map(declare).collect()
}

/// How the program gets at `ssl`.
struct Ssl {
    /// The rule of the import.
    import: &'static str,
    spelling: Spelling,
    /// The names that the program uses, for the import.
    used: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    /// `ssl.NAME`, or another name for the module.
    Attribute(&'static str),
    /// `NAME`.
    Name,
    /// `_NAME`.
    Renamed,
}

impl Ssl {
    fn choose(choices: &mut Unstructured) -> arbitrary::Result<Ssl> {
        let (import, spelling) = *choices.choose(&[
            ("import of the module", Spelling::Attribute("ssl")),
            ("import of the module", Spelling::Attribute("ssl")),
            ("import of the module", Spelling::Attribute("ssl")),
            ("import under another name", Spelling::Attribute("tls")),
            ("import of names", Spelling::Name),
            ("import of names", Spelling::Name),
            ("import of names", Spelling::Renamed),
            ("import of everything", Spelling::Name),
        ])?;
        Ok(Ssl {
            import,
            spelling,
            used: Vec::new(),
        })
    }

    /// The import with the names that are used.
    fn with_names(&self, import: &str, choices: &mut Unstructured) -> arbitrary::Result<String> {
        let mut names = self.used.clone();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            names.push("SSLError");
        }
        if choices.arbitrary()? {
            names.reverse();
        }
        let imported: Vec<String> = names
            .iter()
            .map(|name| match self.spelling {
                Spelling::Renamed => format!("{name} as _{name}"),
                Spelling::Attribute(_) | Spelling::Name => (*name).to_string(),
            })
            .collect();
        let between = *choices.choose(&[",\n\t", ",\n\t", ",  # ssl.wrap_socket\n\t", "\n\t, ", ", "])?;
        Ok(import
            .replace("%names a line%", &join(&imported, between))
            .replace("%names over lines%", &join(&imported, ", \\\n\t"))
            .replace("%names%", &join(&imported, ", ")))
    }
}

impl Fill for Ssl {
    fn name(&mut self, name: &'static str, text: &mut String) {
        match self.spelling {
            Spelling::Attribute(module) if name == "ssl" => return text.push_str(module),
            Spelling::Name | Spelling::Renamed if name == "ssl" => return text.push_str("ssl"),
            Spelling::Attribute(module) => {
                text.push_str(module);
                text.push('.');
            }
            Spelling::Name => {}
            Spelling::Renamed => text.push('_'),
        }
        text.push_str(name);
        self.used.push(name);
    }
}
