//! Mails that the local cloud's Cognito sent, as the result of `local mail`.

use serde_json::{Value, json};

use super::Shown;
use crate::destination::local_cloud::Mail;

/// The mails.
pub(crate) struct Mails<'a>(pub(crate) &'a [Mail]);

impl Shown for Mails<'_> {
    fn text(&self, _: bool) -> String {
        self.0.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let mails = self.0.iter().map(|mail| {
            json!({
                "type": "mail",
                "id": mail.id,
                "to": mail.to,
                "subject": mail.subject,
                "code": mail.code,
                "text": mail.text,
                "sent": mail.sent,
            })
        });
        mails.collect()
    }
}

/// Formats a mail: date, recipient, subject, code, and text.
fn text(mail: &Mail) -> String {
    let mut lines = vec![format!("{}  {}", mail.sent, mail.to), format!("  {}", mail.subject)];
    lines.extend(mail.code.iter().map(|code| format!("  code {code}")));
    lines.extend(mail.text.lines().map(|line| format!("  {line}")));
    lines.join("\n")
}
