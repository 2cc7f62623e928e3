//! What an error means: its causes, and what to do, step by step.

use serde_json::{Value, json};

use super::{Shown, line::wrapped, out};
use crate::error::Help;

/// The widest text.
const WIDEST: usize = 80;

/// The explanation of a code.
pub(crate) struct CodeHelp<'a>(pub(crate) &'a Help);

impl Shown for CodeHelp<'_> {
    fn text(&self, _: bool) -> String {
        self.in_columns(out::size().map_or(WIDEST, |size| size.columns.min(WIDEST)))
    }

    fn json(&self) -> Vec<Value> {
        let Help { entry, causes, steps } = self.0;
        vec![json!({
            "type": "code",
            "code": entry.number,
            "title": entry.title,
            "hint": entry.hint,
            "exit": entry.exit as u8,
            "causes": causes,
            "steps": steps,
        })]
    }
}

impl CodeHelp<'_> {
    fn in_columns(&self, columns: usize) -> String {
        let Help { entry, causes, steps } = self.0;
        let mut text = wrapped(&format!("{}: {}", entry.number, entry.title), columns);
        text.push(String::new());
        text.push("What may be the cause:".to_owned());
        for cause in causes {
            text.extend(item("* ", cause, columns));
        }
        text.push(String::new());
        text.push("What to do:".to_owned());
        for (place, step) in steps.iter().enumerate() {
            text.extend(item(&format!("{}. ", place + 1), step, columns));
        }
        text.join("\n")
    }
}

/// Returns an item of a list in lines; further lines are indented.
fn item(mark: &str, text: &str, columns: usize) -> Vec<String> {
    let lines = wrapped(text, columns.saturating_sub(mark.len()));
    let indent = " ".repeat(mark.len());
    let marks = std::iter::once(mark).chain(std::iter::repeat(indent.as_str()));
    lines.into_iter().zip(marks).map(|(line, mark)| format!("{mark}{line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_narrow_and_wide_terminals() {
        let help = Help::of("mys048").unwrap();
        for columns in [40, 80] {
            let text = CodeHelp(&help).in_columns(columns);
            assert!(text.starts_with("MYS048: ") && text.contains("\n1. "), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= columns), "{text}");
        }
        let json = &CodeHelp(&help).json()[0];
        assert_eq!((json["code"].as_str(), json["exit"].as_u64()), (Some("MYS048"), Some(1)));
        assert_eq!(json["steps"].as_array().unwrap().len(), help.steps.len());
    }
}
