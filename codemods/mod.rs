//! The shelf: what sslfix can do. Each codemod is a pair of files, its code and its page. What is too long for the one is
//! in parts, below `src/parts/`, that belong to it alone.
//!
//! A codemod is a function from the parsed module to findings. It has no state, does no input or output, and does not
//! know its neighbours. To add one, write its page, then its code, then its line in [`ALL`].

use crate::python::Module;
use crate::rewrite::Finding;

pub mod certificate_attribute;
pub mod declared_wrapper;
pub mod ftp_ssl_version;
pub mod get_server_certificate;
pub mod https_connection;
pub mod kept_weakness;
pub mod mail_certificate;
pub mod match_hostname;
pub mod op_no_flags;
pub mod protocol_constant;
pub mod removed_name;
pub mod ssl_context;
pub mod tls_version;
pub mod unknown_ignore;
pub mod unused_ignore;
pub mod urlopen_cafile;
pub mod wrap_socket;

/// One codemod: its name, its page, and how it looks at a module.
pub struct Codemod {
    /// The name, such as `wrap-socket`, called after what it replaces.
    pub name: &'static str,
    /// The page, in Markdown: what it does, and the cases that are its tests.
    pub page: &'static str,
    /// Adds what it finds in the module.
    pub look: fn(&Module, &mut Vec<Finding>),
}

/// Every codemod, in the order of the documentation.
pub const ALL: &[Codemod] = &[
    Codemod {
        name: wrap_socket::NAME,
        page: include_str!("wrap_socket.md"),
        look: wrap_socket::look,
    },
    Codemod {
        name: ssl_context::NAME,
        page: include_str!("ssl_context.md"),
        look: ssl_context::look,
    },
    Codemod {
        name: protocol_constant::NAME,
        page: include_str!("protocol_constant.md"),
        look: protocol_constant::look,
    },
    Codemod {
        name: op_no_flags::NAME,
        page: include_str!("op_no_flags.md"),
        look: op_no_flags::look,
    },
    Codemod {
        name: tls_version::NAME,
        page: include_str!("tls_version.md"),
        look: tls_version::look,
    },
    Codemod {
        name: match_hostname::NAME,
        page: include_str!("match_hostname.md"),
        look: match_hostname::look,
    },
    Codemod {
        name: removed_name::NAME,
        page: include_str!("removed_name.md"),
        look: removed_name::look,
    },
    Codemod {
        name: https_connection::NAME,
        page: include_str!("https_connection.md"),
        look: https_connection::look,
    },
    Codemod {
        name: mail_certificate::NAME,
        page: include_str!("mail_certificate.md"),
        look: mail_certificate::look,
    },
    Codemod {
        name: urlopen_cafile::NAME,
        page: include_str!("urlopen_cafile.md"),
        look: urlopen_cafile::look,
    },
    Codemod {
        name: get_server_certificate::NAME,
        page: include_str!("get_server_certificate.md"),
        look: get_server_certificate::look,
    },
    Codemod {
        name: ftp_ssl_version::NAME,
        page: include_str!("ftp_ssl_version.md"),
        look: ftp_ssl_version::look,
    },
    Codemod {
        name: certificate_attribute::NAME,
        page: include_str!("certificate_attribute.md"),
        look: certificate_attribute::look,
    },
    Codemod {
        name: declared_wrapper::NAME,
        page: include_str!("declared_wrapper.md"),
        look: declared_wrapper::look,
    },
    Codemod {
        name: kept_weakness::NAME,
        page: include_str!("kept_weakness.md"),
        look: kept_weakness::look,
    },
    Codemod {
        name: unknown_ignore::NAME,
        page: include_str!("unknown_ignore.md"),
        look: unknown_ignore::look,
    },
    // Last, since it looks at what all the others have found.
    Codemod {
        name: unused_ignore::NAME,
        page: include_str!("unused_ignore.md"),
        look: unused_ignore::look,
    },
];

impl Codemod {
    /// The codemod of that name.
    pub fn find(name: &str) -> Option<&'static Codemod> {
        ALL.iter().find(|codemod| codemod.name == name)
    }

    /// True for one that is about the comments for sslfix themselves, which no such comment silences.
    pub fn is_about_comments(&self) -> bool {
        matches!(self.name, unknown_ignore::NAME | unused_ignore::NAME)
    }

    /// The first sentence of the page, below its title.
    pub fn summary(&self) -> &'static str {
        self.page
            .lines()
            .skip(1)
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
    }
}
