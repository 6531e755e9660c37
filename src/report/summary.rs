//! What a run did, in a few lines that scripts may rely on: no times, and no order but one.

use crate::cli::Mode;
use crate::outcome::Outcome;
use std::collections::BTreeMap;

/// What is counted in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files that were read.
    pub scanned: usize,
    /// Files that contain `ssl`.
    pub mention_ssl: usize,
    /// Files that a configuration or the command line excludes, outside of excluded folders.
    pub excluded_files: usize,
    /// Folders that it excludes.
    pub excluded_folders: usize,
    /// Files that mention an old API and are no Python 3, or in no encoding that can be read.
    pub unreadable: usize,
    /// Files and folders that the system did not let us read or write.
    pub failed: usize,
    /// Files that were rewritten, or would be.
    pub rewritten_files: usize,
    /// Fixes that were applied, or would be, by codemod.
    pub rewrites: BTreeMap<&'static str, usize>,
    /// Lines that got a comment which leaves something alone, or would.
    pub ignores_added: usize,
    /// Findings that the baseline has.
    pub in_baseline: usize,
    /// Entries of the baseline that are not found any more.
    pub gone_from_baseline: usize,
    /// How many findings were written to a baseline, if one was.
    pub baseline_written: Option<usize>,
    /// Fixes that are unsafe and were not asked for.
    pub held_back: usize,
    /// Fixes that a person was asked about, or would have been, and did not accept.
    pub not_accepted: usize,
    /// Findings that count and have no fix.
    pub for_a_person: usize,
    /// Findings that do not count and have no fix.
    pub notes: usize,
}

impl Totals {
    /// Counts what came of a file.
    pub fn add(&mut self, outcome: &Outcome) {
        self.failed += usize::from(outcome.failure.is_some());
        self.unreadable += usize::from(outcome.unreadable.is_some());
        self.in_baseline += outcome.in_baseline;
        let Some(looked) = &outcome.looked else { return };
        self.held_back += looked.held_back();
        self.for_a_person += looked.for_a_person();
        self.notes += looked.notes();
        if looked.diff.is_empty() {
            return;
        }
        self.rewritten_files += 1;
        self.ignores_added += looked.plan.ignores_added;
        for (codemod, rewrites) in &looked.plan.applied {
            *self.rewrites.entry(codemod).or_default() += rewrites;
        }
    }
}

/// The summary, a line for each thing that there is something to say about.
pub fn summary(totals: &Totals, mode: Mode) -> String {
    let mut lines = vec![scanned(totals)];
    if totals.failed > 0 {
        lines.push(format!("could not read or write {}", count(totals.failed, "path")));
    }
    let rewrites: usize = totals.rewrites.values().sum();
    if rewrites > 0 {
        let verb = if mode == Mode::Write {
            "rewrote"
        } else {
            "would rewrite"
        };
        let by_codemod = totals
            .rewrites
            .iter()
            .map(|(codemod, rewrites)| format!("{rewrites} {codemod}"));
        lines.push(format!(
            "{verb} {} in {}: {}",
            count(rewrites, "place"),
            count(totals.rewritten_files, "file"),
            by_codemod.collect::<Vec<_>>().join(", ")
        ));
    }
    if totals.ignores_added > 0 {
        let verb = if mode == Mode::Write { "added" } else { "would add" };
        let comments = count(totals.ignores_added, "comment");
        lines.push(format!("{verb} {comments} to leave alone what is left"));
    }
    if totals.held_back > 0 {
        let them = if totals.held_back == 1 { "it" } else { "them" };
        let rewrites = count(totals.held_back, "unsafe rewrite");
        lines.push(format!("held back {rewrites}; --unsafe-fixes applies {them}"));
    }
    if totals.not_accepted > 0 {
        lines.push(format!("left {}, not accepted", count(totals.not_accepted, "rewrite")));
    }
    if totals.for_a_person > 0 {
        lines.push(format!("left {} for a person", count(totals.for_a_person, "finding")));
    }
    if totals.in_baseline > 0 {
        lines.push(format!(
            "left out {} of the baseline",
            count(totals.in_baseline, "finding")
        ));
    }
    if totals.gone_from_baseline > 0 {
        let entries = match totals.gone_from_baseline {
            1 => "1 entry".to_string(),
            gone => format!("{gone} entries"),
        };
        lines.push(format!(
            "fixed since the baseline: {entries}, which --write-baseline drops"
        ));
    }
    if let Some(written) = totals.baseline_written {
        lines.push(format!("wrote {} to the baseline", count(written, "finding")));
    }
    if totals.notes > 0 {
        lines.push(format!(
            "{}, which the exit status does not count",
            count(totals.notes, "note")
        ));
    }
    if rewrites > 0 && mode == Mode::Check {
        lines.push("--dry-run shows the rewrites, --write applies them".to_string());
    }
    lines.join("\n") + "\n"
}

fn scanned(totals: &Totals) -> String {
    let files = count(totals.scanned, "file");
    let mention = if totals.mention_ssl == 1 { "mentions" } else { "mention" };
    let mut line = format!("scanned {files}, {} {mention} ssl", totals.mention_ssl);
    if totals.unreadable > 0 {
        line.push_str(&format!(", {} could not be parsed", totals.unreadable));
    }
    if totals.excluded_files + totals.excluded_folders > 0 {
        line.push_str(&format!(
            ", {} excluded",
            files_and_folders(totals.excluded_files, totals.excluded_folders)
        ));
    }
    line
}

/// So many files and folders, without the word for none.
pub fn files_and_folders(files: usize, folders: usize) -> String {
    match (files, folders) {
        (files, 0) => count(files, "file"),
        (0, folders) => count(folders, "folder"),
        (files, folders) => format!("{} and {}", count(files, "file"), count(folders, "folder")),
    }
}

fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said_once() {
        let totals = Totals {
            scanned: 1200,
            mention_ssl: 30,
            excluded_files: 1,
            excluded_folders: 2,
            unreadable: 2,
            failed: 1,
            rewritten_files: 3,
            rewrites: BTreeMap::from([("wrap-socket", 4), ("ssl-context", 1)]),
            ignores_added: 6,
            in_baseline: 1,
            gone_from_baseline: 2,
            baseline_written: Some(0),
            held_back: 2,
            not_accepted: 0,
            for_a_person: 5,
            notes: 1,
        };
        insta::assert_snapshot!(summary(&totals, Mode::Check), @"
        scanned 1200 files, 30 mention ssl, 2 could not be parsed, 1 file and 2 folders excluded
        could not read or write 1 path
        would rewrite 5 places in 3 files: 1 ssl-context, 4 wrap-socket
        would add 6 comments to leave alone what is left
        held back 2 unsafe rewrites; --unsafe-fixes applies them
        left 5 findings for a person
        left out 1 finding of the baseline
        fixed since the baseline: 2 entries, which --write-baseline drops
        wrote 0 findings to the baseline
        1 note, which the exit status does not count
        --dry-run shows the rewrites, --write applies them
        ");
        insta::assert_snapshot!(summary(&Totals { held_back: 1, not_accepted: 3, notes: 2, ..totals }, Mode::Write), @"
        scanned 1200 files, 30 mention ssl, 2 could not be parsed, 1 file and 2 folders excluded
        could not read or write 1 path
        rewrote 5 places in 3 files: 1 ssl-context, 4 wrap-socket
        added 6 comments to leave alone what is left
        held back 1 unsafe rewrite; --unsafe-fixes applies it
        left 3 rewrites, not accepted
        left 5 findings for a person
        left out 1 finding of the baseline
        fixed since the baseline: 2 entries, which --write-baseline drops
        wrote 0 findings to the baseline
        2 notes, which the exit status does not count
        ");
    }

    #[test]
    fn nothing_is_said_about_nothing() {
        let totals = Totals {
            scanned: 1,
            mention_ssl: 1,
            ..Totals::default()
        };
        insta::assert_snapshot!(summary(&totals, Mode::DryRun), @"scanned 1 file, 1 mentions ssl");
    }
}
