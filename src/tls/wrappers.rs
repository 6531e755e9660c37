//! Functions of the user's own that the configuration declares, and what they take. Knows no syntax and no file.

use super::role::Side;

/// One declaration: a function, or a class that is called, and one thing that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// The dotted name, from the top-level package on.
    pub function: String,
    /// What it takes.
    pub takes: Takes,
}

/// What a declared function takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A context, which it uses for this side.
    Context {
        /// By this parameter.
        parameter: Parameter,
        /// For this side.
        side: Side,
    },
    /// A protocol constant.
    Protocol {
        /// By this parameter.
        parameter: Parameter,
        /// What to pass in the place of an old one.
        replacement: Option<Replacement>,
    },
    /// The parameters of the old `ssl.wrap_socket`, in their order; it does with them what it likes.
    WrapSocket,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its keyword.
    pub name: String,
    /// Which argument it is, counted from 1, if it can be given by position.
    pub position: Option<usize>,
}

/// What takes the place of a protocol constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// `None`: the function chooses.
    Nothing,
    /// This name of `ssl`.
    Name(&'static str),
    /// This member of `ssl.TLSVersion`.
    Version(&'static str),
}

impl Replacement {
    /// Every one that can be declared.
    pub const ALL: [Replacement; 5] = [
        Replacement::Name("PROTOCOL_TLS_CLIENT"),
        Replacement::Name("PROTOCOL_TLS_SERVER"),
        Replacement::Version("TLSv1_2"),
        Replacement::Version("TLSv1_3"),
        Replacement::Nothing,
    ];

    /// As it is declared: `ssl.PROTOCOL_TLS_CLIENT`.
    pub fn declared(self) -> String {
        self.text(&mut |name| format!("ssl.{name}"))
    }

    /// As it is written. `spell` writes a name of `ssl` as the file does.
    pub fn text(self, spell: &mut dyn FnMut(&str) -> String) -> String {
        match self {
            Replacement::Nothing => "None".into(),
            Replacement::Name(name) => spell(name),
            Replacement::Version(version) => format!("{}.{version}", spell("TLSVersion")),
        }
    }
}

impl Wrapper {
    /// True if the bytes of a file contain the last part of the name, without which no call in it is of this function.
    pub fn is_named_in(&self, bytes: &[u8]) -> bool {
        let name = self.function.rsplit('.').next().unwrap_or(&self.function);
        memchr::memmem::find(bytes, name.as_bytes()).is_some()
    }
}

/// The name of a file's module, as far as the folders around it tell: those with an `__init__.py` are packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleName {
    /// The dotted name.
    pub name: String,
    /// True for an `__init__.py`.
    pub is_package: bool,
}

impl ModuleName {
    /// A dotted name from the top-level package on, for one that starts with dots in this module; `None` if these lead out
    /// of the packages.
    pub fn absolute(&self, name: &str) -> Option<String> {
        let behind = name.trim_start_matches('.');
        let dots = name.len() - behind.len();
        if dots == 0 {
            return Some(name.to_string());
        }
        let mut package: Vec<&str> = self.name.split('.').collect();
        let dropped = if self.is_package { dots - 1 } else { dots };
        if dropped >= package.len() {
            return None;
        }
        package.truncate(package.len() - dropped);
        Some(format!("{}.{behind}", package.join(".")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_lead_up_the_packages() {
        let module = ModuleName {
            name: "acme.web.app".into(),
            is_package: false,
        };
        let package = ModuleName {
            name: "acme.web".into(),
            is_package: true,
        };
        for (name, in_module, in_package) in [
            ("acme.net.dial", Some("acme.net.dial"), Some("acme.net.dial")),
            (".net.dial", Some("acme.web.net.dial"), Some("acme.web.net.dial")),
            (".dial", Some("acme.web.dial"), Some("acme.web.dial")),
            ("..net.dial", Some("acme.net.dial"), Some("acme.net.dial")),
            ("...net.dial", None, None),
        ] {
            assert_eq!(module.absolute(name).as_deref(), in_module, "{name}");
            assert_eq!(package.absolute(name).as_deref(), in_package, "{name}");
        }
    }
}
