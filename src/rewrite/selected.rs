//! Which codemods look at a file.

use crate::codemods;

/// A set of codemods, by their place in [`codemods::ALL`]. All of them, unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected(u64);

impl Selected {
    /// Every codemod.
    pub const ALL: Selected = Selected(u64::MAX);

    /// No codemod.
    pub const NONE: Selected = Selected(0);

    /// True if that codemod looks.
    pub fn has(self, name: &str) -> bool {
        self.0 & bit(name) != 0
    }

    /// With these, too. A name that is none changes nothing.
    pub fn with<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Selected {
        names
            .into_iter()
            .fold(self, |selected, name| Selected(selected.0 | bit(name)))
    }

    /// Without these.
    pub fn without<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Selected {
        names
            .into_iter()
            .fold(self, |selected, name| Selected(selected.0 & !bit(name)))
    }

    /// Their names, in the order of the documentation.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = codemods::ALL.iter().map(|codemod| codemod.name);
        names.filter(move |name| self.has(name))
    }
}

impl Default for Selected {
    fn default() -> Selected {
        Selected::ALL
    }
}

fn bit(name: &str) -> u64 {
    let place = codemods::ALL.iter().position(|codemod| codemod.name == name);
    place.map_or(0, |place| 1 << place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_every_codemod() {
        assert!(codemods::ALL.len() <= 64);
        assert_eq!(Selected::ALL.names().count(), codemods::ALL.len());
        assert_eq!(Selected::NONE.names().count(), 0);
    }

    #[test]
    fn names_come_and_go() {
        let two = Selected::NONE.with(["ssl-context", "wrap-socket", "nothing"]);
        assert_eq!(two.names().collect::<Vec<_>>(), ["wrap-socket", "ssl-context"]);
        assert!(!two.without(["wrap-socket"]).has("wrap-socket"));
    }
}
