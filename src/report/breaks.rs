//! What can be broken in the local cloud, and what a student then sees.

use serde_json::{Value, json};

use super::Shown;
use crate::destination::breaks::{BREAKS, Break, Broken};

/// Everything that can be broken, with what is.
pub(crate) struct BreakList<'a>(pub(crate) &'a Broken);

impl Shown for BreakList<'_> {
    fn text(&self, verbose: bool) -> String {
        let mut parts: Vec<String> = BREAKS
            .iter()
            .map(|it| {
                let mark = if self.0.names.contains(it.name) { "  (broken now)" } else { "" };
                let more = if verbose { lesson(it) } else { format!("  {}", it.does) };
                format!("{}{mark}\n{more}", it.name)
            })
            .collect();
        parts.push(
            "`mysfits local break NAME` breaks it, `mysfits local heal` takes all back".to_owned(),
        );
        parts.join("\n")
    }

    fn json(&self) -> Vec<Value> {
        BREAKS.iter().map(|it| json_of(it, self.0.names.contains(it.name))).collect()
    }
}

/// Something that is broken now.
pub(crate) struct Lesson<'a>(pub(crate) &'a Break);

impl Shown for Lesson<'_> {
    fn text(&self, _: bool) -> String {
        format!("broken: {}\n{}\n  heal    `mysfits local heal`", self.0.name, lesson(self.0))
    }

    fn json(&self) -> Vec<Value> {
        vec![json_of(self.0, true)]
    }
}

fn lesson(it: &Break) -> String {
    let rows = [("does", it.does), ("see", it.see), ("try", it.attempt), ("on AWS", it.on_aws)];
    rows.map(|(label, text)| format!("  {label:6}  {text}")).join("\n")
}

fn json_of(it: &Break, is_broken: bool) -> Value {
    json!({
        "type": "break",
        "name": it.name,
        "does": it.does,
        "see": it.see,
        "try": it.attempt,
        "on_aws": it.on_aws,
        "broken": is_broken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_what_is_broken_and_what_to_type() {
        let broken = Broken { names: ["slow".to_owned()].into(), others: 0 };
        let text = BreakList(&broken).text(false);
        assert!(text.contains("slow  (broken now)\n  DynamoDB takes 1.5 s"), "{text}");
        assert_eq!(text.matches("broken now").count(), 1);
        assert!(text.ends_with("takes all back"), "{text}");
        let json = BreakList(&broken).json();
        assert_eq!(json.len(), BREAKS.len());
        assert_eq!(json.iter().filter(|it| it["broken"] == true).count(), 1);
    }

    #[test]
    fn a_lesson_says_how_to_heal_it() {
        let text = Lesson(Break::named("deny").unwrap()).text(false);
        assert!(text.starts_with("broken: deny\n  does    "), "{text}");
        assert!(text.ends_with("heal    `mysfits local heal`"), "{text}");
    }
}
