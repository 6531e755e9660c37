//! The oldest Python that the code must still run on, and the ways in which people write it. Knows no file and no
//! command line.

use pep440_rs::{Operator, VersionSpecifiers};
pub use ruff_python_ast::PythonVersion;

/// The oldest Python that runs what sslfix writes: `SSLContext.minimum_version` came with it (`ssl-facts.md` section 3).
pub const OLDEST: PythonVersion = PythonVersion::PY37;

/// The oldest Python that must run a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The version.
    pub version: PythonVersion,
    /// Where it was said, as in "`requires-python` says so".
    pub said_by: &'static str,
}

impl Target {
    /// Why nothing may be written into the file, if that is so.
    pub fn refusal(&self) -> Option<String> {
        let Target { version, said_by } = self;
        (*version < OLDEST).then(|| {
            format!(
                "no fix: the code must run on Python {version} too, says {said_by}, and what takes its place needs {OLDEST}"
            )
        })
    }
}

/// A version as `3.8`, or as the tools that name it `py38`.
///
/// # Errors
///
/// If it is neither, with what to write instead.
pub fn version(text: &str) -> Result<PythonVersion, String> {
    let digits = text.strip_prefix("py").and_then(|digits| digits.split_at_checked(1));
    let parts = digits.or_else(|| text.split_once('.'));
    parts
        .and_then(|(major, minor)| Some(PythonVersion::from((major.parse().ok()?, minor.parse().ok()?))))
        .ok_or_else(|| format!("`{text}` is no version of Python, such as `3.8` or `py38`"))
}

/// The oldest version that a `requires-python` lets in (PEP 621, PEP 440); nothing if it has no lower bound.
///
/// # Errors
///
/// If it is no list of version specifiers.
pub fn oldest_of(requires_python: &str) -> Result<Option<PythonVersion>, String> {
    let specifiers: VersionSpecifiers = requires_python.parse().map_err(|_| {
        format!("`requires-python = \"{requires_python}\"` is no list of versions, such as `>=3.8`; mend it or set `target-version`")
    })?;
    let bounds = specifiers.iter().filter(|specifier| {
        !matches!(
            specifier.operator(),
            Operator::LessThan | Operator::LessThanEqual | Operator::NotEqual | Operator::NotEqualStar
        )
    });
    let part = |number: Option<&u64>| number.map_or(0, |number| u8::try_from(*number).unwrap_or(u8::MAX));
    let versions = bounds.map(|specifier| {
        let release = specifier.version().release();
        PythonVersion::from((part(release.first()), part(release.get(1))))
    });
    Ok(versions.max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_in_two_ways() {
        for text in ["3.8", "py38"] {
            assert_eq!(version(text), Ok(PythonVersion::PY38));
        }
        assert_eq!(version("py310"), Ok(PythonVersion::PY310));
        assert_eq!(version("2.7").unwrap().to_string(), "2.7");
        for text in ["3", "py", "python3.8", "3.8.1", "", "py3.8", "3.x"] {
            assert!(version(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_oldest_version_is_the_lower_bound() {
        let cases = [
            (">=3.8", Some("3.8")),
            (">=2.7, !=3.0.*, !=3.1.*, <4", Some("2.7")),
            ("~=3.9.2", Some("3.9")),
            ("==3.10.*", Some("3.10")),
            (">3.6", Some("3.6")),
            (">=3", Some("3.0")),
            (">=3.6,>=3.9", Some("3.9")),
            ("<4", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let oldest = oldest_of(text).unwrap().map(|version| version.to_string());
            assert_eq!(oldest.as_deref(), expected, "{text}");
        }
        assert!(oldest_of("^3.8").unwrap_err().contains("`target-version`"));
    }
}
