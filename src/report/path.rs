//! What a path is called in the output.

use std::path::{Component, Path, PathBuf};

/// The path as it is shown: relative to the folder that sslfix runs in where it is below it, without `./`.
pub fn shown(path: &Path, current_folder: &Path) -> PathBuf {
    let relative = path.strip_prefix(current_folder).unwrap_or(path);
    let parts = relative.components().filter(|part| *part != Component::CurDir);
    let shown: PathBuf = parts.collect();
    if shown.as_os_str().is_empty() {
        path.to_path_buf()
    } else {
        shown
    }
}

/// The bytes of the path with forward slashes; as a C string in double quotes if it has control characters, quotes,
/// backslashes or bytes that are no UTF-8. This is how git writes such names, and reads them from a patch.
pub fn quoted(path: &Path, prefix: &str) -> String {
    let bytes = with_forward_slashes(path);
    let is_plain = |letter: char| !letter.is_control() && letter != '"' && letter != '\\';
    if let Ok(text) = std::str::from_utf8(&bytes)
        && text.chars().all(is_plain)
    {
        return format!("{prefix}{text}");
    }
    let mut result = format!("\"{prefix}");
    for &byte in &bytes {
        match byte {
            b'"' => result.push_str("\\\""),
            b'\\' => result.push_str("\\\\"),
            b'\t' => result.push_str("\\t"),
            b'\n' => result.push_str("\\n"),
            b'\r' => result.push_str("\\r"),
            b' '..=b'~' => result.push(char::from(byte)),
            _ => result.push_str(&format!("\\{byte:03o}")),
        }
    }
    result.push('"');
    result
}

/// The bytes of the path, with forward slashes.
pub fn bytes_of(path: &Path) -> Vec<u8> {
    with_forward_slashes(path)
}

#[cfg(unix)]
pub fn with_forward_slashes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The bytes of the path, with forward slashes.
#[cfg(not(unix))]
pub fn with_forward_slashes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_short_as_can_be() {
        let of = |path: &str| {
            shown(Path::new(path), Path::new("/project"))
                .to_string_lossy()
                .into_owned()
        };
        assert_eq!(of("./a.py"), "a.py");
        assert_eq!(of("a/./b.py"), "a/b.py");
        assert_eq!(of("/project/a.py"), "a.py");
        assert_eq!(of("/other/a.py"), "/other/a.py");
        assert_eq!(of("../a.py"), "../a.py");
    }

    #[test]
    fn odd_names_are_quoted_as_git_does() {
        assert_eq!(quoted(Path::new("a b/é.py"), "a/"), "a/a b/é.py");
        assert_eq!(quoted(Path::new("a\n\"b\\.py"), "a/"), r#""a/a\n\"b\\.py""#);
        assert_eq!(quoted(Path::new("\u{1b}é\n"), ""), r#""\033\303\251\n""#);
    }
}
