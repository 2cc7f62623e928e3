//! Lines that the backend wrote, as the result of `logs`.

use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::{Map, Value, json};

use super::Shown;
use crate::resources::log_group::streams::Line;

/// The lines.
pub(crate) struct LogLines<'a> {
    /// The log stream in which they are.
    pub(crate) stream: &'a str,
    /// The lines, oldest first.
    pub(crate) lines: &'a [Line],
}

impl Shown for LogLines<'_> {
    fn text(&self, verbose: bool) -> String {
        let text = |line: &Line| if verbose { line.text.clone() } else { readable(line) };
        self.lines.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let json = |line: &Line| {
            json!({
                "type": "log",
                "time": time(line, Format::DateTime),
                "stream": self.stream,
                "text": line.text,
                "line": fields(line),
            })
        };
        self.lines.iter().map(json).collect()
    }
}

/// Formats the time of a line, in UTC.
fn time(line: &Line, format: Format) -> String {
    DateTime::from_millis(line.time).fmt(format).unwrap_or_default()
}

/// Parses the fields of a JSON line; `None` for anything else.
fn fields(line: &Line) -> Option<Map<String, Value>> {
    serde_json::from_str(&line.text).ok()
}

/// Formats a line for people: `23:44:02 GET /mysfits 200 5 ms`.
fn readable(line: &Line) -> String {
    let time = time(line, Format::DateTime);
    let clock = time.get(11..19).unwrap_or(&time);
    let text = fields(line).and_then(|fields| in_words(&fields));
    format!("{clock} {}", text.unwrap_or_else(|| line.text.clone()))
}

/// Formats the backend's own kinds of lines: a request that it answered, or a message followed by
/// the remaining fields. `None` for another program's JSON.
fn in_words(fields: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let number = |name: &str| fields.get(name).and_then(Value::as_f64);
    let message = text("message")?;
    if let (Some(method), Some(path), Some(status), Some(took)) =
        (text("method"), text("path"), number("status"), number("milliseconds"))
    {
        return Some(format!("{method} {path} {status} {took:.0} ms"));
    }
    let known = ["time", "level", "message"];
    let rest = fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    let rest = rest.map(|(name, value)| match value.as_str() {
        Some(text) => format!(" {name}={text}"),
        None => format!(" {name}={value}"),
    });
    let level = text("level").filter(|level| *level != "info");
    let level = level.map(|level| format!("{level}: ")).unwrap_or_default();
    Some(format!("{level}{message}{}", rest.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        // 23:44:02 on 28 November 2026.
        Line { time: 1_795_909_442_123, text: text.to_owned() }
    }

    fn shown(text: &str, verbose: bool) -> String {
        LogLines { stream: "s", lines: &[line(text)] }.text(verbose)
    }

    const REQUEST: &str = r#"{"level":"info","message":"request","method":"GET","path":"/mysfits","status":200,"milliseconds":5.218,"request_id":"a"}"#;

    #[test]
    fn a_request_is_one_short_line() {
        assert_eq!(shown(REQUEST, false), "23:44:02 GET /mysfits 200 5 ms");
        assert_eq!(shown(REQUEST, true), REQUEST);
    }

    #[test]
    fn what_is_no_request_keeps_its_words() {
        let text = r#"{"level":"error","message":"no table","table":"x","tries":3}"#;
        assert_eq!(shown(text, false), "23:44:02 error: no table table=x tries=3");
        assert_eq!(shown("panic: no hat", false), "23:44:02 panic: no hat");
        assert_eq!(shown(r#"{"a":1}"#, false), r#"23:44:02 {"a":1}"#);
    }

    #[test]
    fn json_has_time_stream_and_the_parsed_line() {
        let json = LogLines { stream: "s", lines: &[line(REQUEST), line("no JSON")] }.json();
        assert_eq!(json[0]["time"], "2026-11-28T23:44:02.123Z");
        assert_eq!((&json[0]["stream"], &json[0]["line"]["status"]), (&json!("s"), &json!(200)));
        assert_eq!(json[1]["line"], Value::Null);
    }
}
