//! What may have caused an error, and what to do about it, step by step: for `mysfits explain CODE` and
//! for `docs/troubleshooting.md`.

use super::code::{Code, Entry};

/// The texts. A code is a heading, its causes are a list, its steps a numbered one.
const TEXTS: [&str; 6] = [
    include_str!("help/settings.md"),
    include_str!("help/credentials.md"),
    include_str!("help/network.md"),
    include_str!("help/resources.md"),
    include_str!("help/class.md"),
    include_str!("help/results.md"),
];

/// The explanation of a code.
pub(crate) struct Help {
    /// Its documentation in short.
    pub(crate) entry: Entry,
    /// What may have caused it: sentences.
    pub(crate) causes: Vec<&'static str>,
    /// What to do, in order.
    pub(crate) steps: Vec<&'static str>,
}

impl Help {
    /// Returns the explanation of the code with this number, in capitals or not.
    pub(crate) fn of(number: &str) -> Option<Self> {
        let mut codes = Code::ALL.iter().map(|code| code.entry());
        let entry = codes.find(|entry| entry.number.eq_ignore_ascii_case(number))?;
        let (mut causes, mut steps) = (Vec::new(), Vec::new());
        let heading = format!("## {}", entry.number);
        let lines = TEXTS.iter().flat_map(|text| text.lines());
        let lines = lines.skip_while(|line| *line != heading).skip(1);
        for line in lines.take_while(|line| !line.starts_with("## ")) {
            match line.split_once(". ") {
                Some((number, step)) if number.parse::<u8>().is_ok() => steps.push(step),
                _ => causes.extend(line.strip_prefix("- ")),
            }
        }
        Some(Self { entry, causes, steps })
    }
}
