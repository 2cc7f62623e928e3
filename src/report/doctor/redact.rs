//! Leaves out what names an account, a person, a key or a machine, so that a text can be shown to
//! anybody.

use serde_json::Value;

/// What is left out, beyond what is recognized by its form.
pub(super) struct Redaction {
    /// The names in the identity of the caller.
    names: Vec<String>,
}

/// The digits of an account.
const ACCOUNT: usize = 12;
/// How ids of keys, users and roles begin.
const IDS: [&str; 4] = ["AKIA", "ASIA", "AIDA", "AROA"];
/// The fewest characters of such an id.
const SHORTEST_ID: usize = 16;
/// A shorter name would be found in other words.
const SHORTEST_NAME: usize = 3;

impl Redaction {
    /// Creates it for the results of this caller, such as `user/ana` or `assumed-role/Student/ana`.
    pub(super) fn of(identity: &str) -> Self {
        let names = identity.split('/').skip(1).filter(|name| name.len() >= SHORTEST_NAME);
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        // A longer one may contain a shorter one.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self { names }
    }

    /// Returns the text without them.
    pub(super) fn redacted(&self, text: &str) -> String {
        let mut text = arns(text);
        for name in &self.names {
            text = whole_words(&text, name);
        }
        runs(&text)
    }

    /// Removes them from all texts of a value.
    pub(super) fn redact_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.redacted(text),
            Value::Array(list) => {
                for value in list {
                    self.redact_json(value);
                }
            }
            Value::Object(fields) => {
                for value in fields.values_mut() {
                    self.redact_json(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Replaces ARNs.
fn arns(text: &str) -> String {
    let (mut redacted, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("arn:") {
        redacted.push_str(&rest[..start]);
        redacted.push_str("ARN");
        let ends = |c: char| c.is_whitespace() || "\"'`,;()".contains(c);
        rest = rest[start..].find(ends).map_or("", |length| &rest[start + length..]);
    }
    redacted + rest
}

/// Replaces a name where it is no part of a longer word.
fn whole_words(text: &str, name: &str) -> String {
    let (mut redacted, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(name) {
        let end = start + name.len();
        let before = rest[..start].chars().next_back().or_else(|| redacted.chars().next_back());
        let after = rest[end..].chars().next();
        let is_inside = [before, after].into_iter().flatten().any(char::is_alphanumeric);
        redacted.push_str(&rest[..start]);
        redacted.push_str(if is_inside { name } else { "NAME" });
        rest = &rest[end..];
    }
    redacted + rest
}

/// Replaces account ids, key ids and IP addresses: runs of letters, digits, dots and colons.
fn runs(text: &str) -> String {
    let (mut redacted, mut run) = (String::new(), String::new());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '.' || c == ':' {
            run.push(c);
            continue;
        }
        redacted.push_str(&of_run(&run));
        run.clear();
        redacted.push(c);
    }
    redacted + &of_run(&run)
}

fn of_run(run: &str) -> String {
    // A sentence, or a list, continues behind it.
    let core = run.trim_end_matches(['.', ':']);
    if is_address(core) {
        return format!("IP{}", &run[core.len()..]);
    }
    let mut redacted = String::new();
    for part in run.split_inclusive(['.', ':']) {
        let word = part.trim_end_matches(['.', ':']);
        let end = &part[word.len()..];
        redacted.push_str(match word {
            word if word.len() == ACCOUNT && word.bytes().all(|it| it.is_ascii_digit()) => {
                "ACCOUNT"
            }
            word if is_id(word) => "KEY",
            word => word,
        });
        redacted.push_str(end);
    }
    redacted
}

fn is_id(word: &str) -> bool {
    let of_id = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    word.len() >= SHORTEST_ID
        && IDS.iter().any(|id| word.starts_with(id))
        && word.bytes().all(of_id)
}

fn is_address(word: &str) -> bool {
    // A port may follow.
    let host = word.split_once(':').map_or(word, |(host, _)| host);
    host.parse::<std::net::Ipv4Addr>().is_ok() || word.parse::<std::net::Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_somebody_is_left_out() {
        let redaction = Redaction::of("assumed-role/Student/ana@school.example");
        for (text, expected) in [
            ("AWS account 123456789012 in eu-west-1", "AWS account ACCOUNT in eu-west-1"),
            ("bucket `mysfits-123456789012-eu-west-1`", "bucket `mysfits-ACCOUNT-eu-west-1`"),
            ("assumed-role/Student/ana@school.example", "assumed-role/NAME/NAME"),
            ("User: arn:aws:sts::123456789012:assumed-role/A/b is", "User: ARN is"),
            ("(arn:aws:s3:::bucket), then", "(ARN), then"),
            ("the key AKIAIOSFODNN7EXAMPLE.", "the key KEY."),
            ("from 192.168.0.17:4566, and 10.0.0.1.", "from IP, and IP."),
            ("from 2001:db8::1", "from IP"),
            // Neither is any of these.
            ("1234567890123 and 2026-11-28T20:33:00Z", "1234567890123 and 2026-11-28T20:33:00Z"),
            ("Students read L-0263D0A3 in 0.0048 s", "Students read L-0263D0A3 in 0.0048 s"),
            ("ec2.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"),
        ] {
            assert_eq!(redaction.redacted(text), expected);
        }
    }

    #[test]
    fn a_name_is_left_out_as_a_word_only() {
        let redaction = Redaction::of("user/ana");
        assert_eq!(redaction.redacted("ana, `ana` and banana"), "NAME, `NAME` and banana");
        // Too short to be told from other words.
        assert_eq!(Redaction::of("user/a").redacted("a b"), "a b");
    }
}
