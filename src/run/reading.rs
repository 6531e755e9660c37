//! Reading the files of a tree: as fast as a text search, since few of them can concern us.
//!
//! Answers whether a file is Python that may concern us, and what it contains. Knows no syntax and no findings.

use crate::config::LONGEST_NAME;
use crate::discover::{self, Kind};
use crate::source::{self, Dialect};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Most files are read with one call.
const FIRST_READ: usize = 64 << 10;

/// As much of a script is read to see whether it is Python, in bytes: so long a first line Linux heeds.
pub const FIRST_LINE: usize = 256;

/// A buffer that has grown larger is given back.
const MOST_KEPT: usize = 4 << 20;

/// What was read of a file.
pub struct Content {
    /// So many bytes at the start of the buffer: the file, or one byte more than [`source::MOST_BYTES`] of a larger one.
    pub length: usize,
    /// What all of the file mentions.
    pub mentions: Mentions,
    /// False for a pipe, which only its name can lead to.
    pub can_be_read_again: bool,
}

/// What bytes mention, which decides whether they are worth a closer look.
#[derive(Clone, Copy, Default)]
pub struct Mentions {
    /// The word `ssl`.
    pub ssl: bool,
    /// A name that is old, by itself or in what is called so.
    pub an_old_api: bool,
    /// A function that the configuration declares; asked for only where the others do not decide.
    pub a_declared_name: bool,
}

impl Mentions {
    /// Of a whole file; no configuration is asked.
    pub fn of(bytes: &[u8]) -> Mentions {
        let ssl = source::mentions_ssl(bytes);
        Mentions {
            ssl,
            an_old_api: ssl && source::names_an_old_api(bytes),
            a_declared_name: false,
        }
    }

    /// With the names that only the configuration knows.
    fn or_declared(self, is_declared: &dyn Fn(&[u8]) -> bool, bytes: &[u8]) -> Mentions {
        Mentions {
            a_declared_name: !self.an_old_api && is_declared(bytes),
            ..self
        }
    }
}

/// The bytes in which names are looked for.
pub fn seen<'a>(path: &Path, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    match discover::dialect(path) {
        Dialect::Notebook => source::unescaped(bytes),
        Dialect::Python => Cow::Borrowed(bytes),
    }
}

/// A buffer that is used for one file after the other.
pub struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// With an empty buffer.
    pub fn new() -> Reader {
        Reader {
            buffer: vec![0; FIRST_READ],
        }
    }

    /// So many bytes of what was read last.
    pub fn content(&self, length: usize) -> &[u8] {
        &self.buffer[..length]
    }

    /// A large file must not take its memory until the end of the run, once for each thread.
    pub fn give_back_what_is_large(&mut self) {
        if self.buffer.len() > MOST_KEPT {
            self.buffer = vec![0; FIRST_READ];
        }
    }

    /// Reads a file; gives nothing if it is no Python.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(
        &mut self,
        path: &Path,
        kind: Kind,
        is_declared: &dyn Fn(&[u8]) -> bool,
    ) -> io::Result<Option<Content>> {
        let buffer = &mut self.buffer;
        let mut file = File::open(path)?;
        let can_be_read_again = kind != Kind::Named || file.metadata()?.is_file();
        let mut length = 0;
        loop {
            let asks_first_line = kind == Kind::Script && length == 0;
            let room = match asks_first_line {
                true => &mut buffer[..FIRST_LINE],
                false => &mut buffer[length..],
            };
            let asked = room.len();
            let read = read_some(&mut file, room)?;
            if asks_first_line && !discover::has_python_shebang(&buffer[..read]) {
                return Ok(None);
            }
            length += read;
            // Of a file on disk a short read is the last, of a pipe, which only its name can lead to, it is not.
            let is_last = read == 0 || (kind != Kind::Named && read < asked);
            if is_last {
                let seen = seen(path, &buffer[..length]);
                let mentions = Mentions::of(&seen).or_declared(is_declared, &seen);
                return Ok(Some(Content {
                    length,
                    mentions,
                    can_be_read_again,
                }));
            }
            if length > source::MOST_BYTES {
                let mentions = mentions_of_large_file(&mut file, is_declared, &buffer[..length])?;
                let length = source::MOST_BYTES + 1;
                return Ok(Some(Content {
                    length,
                    mentions,
                    can_be_read_again,
                }));
            }
            if length == buffer.len() {
                buffer.resize((2 * length).min(source::MOST_BYTES + 1).max(length + 1), 0);
            }
        }
    }
}

/// Reads a file once more, of which so many bytes were read before: no more than one byte more than
/// [`source::MOST_BYTES`], which says that it is larger.
///
/// # Errors
///
/// If it cannot be read, or is no file any more: a pipe that was put there would make us wait.
pub fn read_again(path: &Path, length: usize) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file any more"));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    File::open(path)?
        .take(source::MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// True if a run looks at the file. Only a script has to be opened to know that.
///
/// # Errors
///
/// If it cannot be read.
pub fn is_looked_at(path: &Path, kind: Kind, start: &mut [u8]) -> io::Result<bool> {
    match kind {
        Kind::Named => std::fs::metadata(path).map(|_| true),
        Kind::Python => Ok(true),
        Kind::Script => {
            let read = read_some(&mut File::open(path)?, start)?;
            Ok(discover::has_python_shebang(&start[..read]))
        }
    }
}

/// What a file mentions of which the start was read already, and which is too large to be held in memory. Stops at a zero
/// byte, which no Python accepts: the file may be a device, or mostly a hole.
fn mentions_of_large_file(file: &mut File, is_declared: &dyn Fn(&[u8]) -> bool, start: &[u8]) -> io::Result<Mentions> {
    let mut ssl = source::mentions_ssl(start);
    let mut an_old_api = source::names_an_old_api(start);
    let mut a_declared_name = is_declared(start);
    let mut window = start[start.len() - LONGEST_NAME..].to_vec();
    window.resize(LONGEST_NAME + FIRST_READ, 0);
    let mut has_zero = start.contains(&0);
    while !(has_zero || ssl && an_old_api || a_declared_name) {
        let read = read_some(file, &mut window[LONGEST_NAME..])?;
        if read == 0 {
            break;
        }
        let seen = &window[..LONGEST_NAME + read];
        ssl |= source::mentions_ssl(seen);
        an_old_api |= source::names_an_old_api(seen);
        a_declared_name |= is_declared(seen);
        has_zero = seen.contains(&0);
        window.copy_within(read..read + LONGEST_NAME, 0);
    }
    Ok(Mentions {
        ssl,
        an_old_api,
        a_declared_name,
    })
}

fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => return result,
        }
    }
}
