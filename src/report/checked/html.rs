//! A page about a checked lab: one file that asks for nothing else, and works without scripts.

use std::{fmt::Write as _, time::SystemTime};

use super::{
    picture,
    verdict::{Shown, reason},
};
use crate::{
    engine::Kind,
    operate::{CheckVerdict, Checked, CheckedLab},
    report::{
        html::{Page, escaped, sentence},
        json::time,
    },
};

/// Returns the page.
pub(super) fn page(checked: &CheckedLab, at: SystemTime) -> String {
    let name = checked.lab.as_ref().map_or("the lab".to_owned(), |lab| format!("lab {}", lab.name));
    let title = format!("Check of {name}");
    let mut html = format!(
        "<header>\n<h1>{}</h1>\n<p class=\"dim\">{}, at <time>{}</time></p>\n\
         <p class=\"score\">{} of {} points</p>\n<p>{}</p>\n</header>\n<main>\n",
        escaped(&title),
        escaped(&checked.place),
        time(at),
        checked.score(),
        checked.max_score(),
        counts(&checked.checks),
    );
    html.push_str(&next(checked));
    let _ = write!(
        html,
        "<div class=\"picture\" tabindex=\"0\" role=\"group\" aria-label=\"Picture of the lab\">\n{}</div>\n",
        picture::svg(checked)
    );
    for part in checked.parts() {
        let checks: Vec<&Checked> = checked.checks.iter().filter(|it| it.part == part).collect();
        section(&mut html, part, &checks);
    }
    html.push_str("</main>\n");
    Page { title: &title, style: include_str!("page.css"), reload: None }.around(&html)
}

/// Returns how many checks have each verdict, as text with signs.
fn counts(checks: &[Checked]) -> String {
    let count = |shown: Shown| {
        let count = checks.iter().filter(|check| Shown::of(check) == shown).count();
        let (sign, word) = (shown.sign(), shown.word());
        (count > 0).then(|| format!("<span class=\"{word}\">{sign} {count} {word}</span>"))
    };
    Shown::ALL.into_iter().filter_map(count).collect::<Vec<_>>().join(" · ")
}

/// Returns the link to what to do next, if something of the lab has failed.
fn next(checked: &CheckedLab) -> String {
    let next = checked.next_failing().map(|check| {
        format!("<p>Next: <a href=\"#{}\">{}</a></p>\n", check.id, sentence(check.title))
    });
    next.unwrap_or_default()
}

fn section(html: &mut String, part: u8, checks: &[&Checked]) {
    let points = |passed: bool| -> u32 {
        let counted = checks.iter().filter(|it| !passed || it.verdict == CheckVerdict::Pass);
        counted.map(|check| check.points).sum()
    };
    let _ = write!(
        html,
        "<section aria-labelledby=\"part-{part}\">\n<h2 id=\"part-{part}\">Part {part}: {} of {} points</h2>\n<ul>\n",
        points(true),
        points(false),
    );
    for check in checks {
        item(html, check);
    }
    html.push_str("</ul>\n</section>\n");
}

fn item(html: &mut String, check: &Checked) {
    let shown = Shown::of(check);
    let (sign, word) = (shown.sign(), shown.word());
    let worth = match check.kind {
        Kind::Lab if check.points == 1 => "1 point".to_owned(),
        Kind::Lab => format!("{} points", check.points),
        Kind::Hardening => "good practice, no points".to_owned(),
    };
    let _ = write!(
        html,
        "<li id=\"{id}\" class=\"{word}\">\n<h3><span class=\"sign {word}\">{sign} {word}</span>: {title}</h3>\n\
         <p class=\"dim\"><code>{id}</code>, {resource}, {worth}</p>\n<p>{why}</p>\n",
        id = check.id,
        title = sentence(check.title),
        resource = escaped(check.resource.0),
        why = sentence(check.why),
    );
    if shown != Shown::Pass {
        details(html, check);
    }
    html.push_str("</li>\n");
}

fn details(html: &mut String, check: &Checked) {
    html.push_str("<dl>\n");
    let mut row = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", sentence(text));
        }
    };
    match check.verdict {
        CheckVerdict::Pass => {}
        CheckVerdict::Fail => {
            row("expected", &check.expected);
            row("found", &check.actual);
        }
        CheckVerdict::Skipped { .. } | CheckVerdict::Unknown => row("why", &reason(check)),
    }
    row("seen in", &check.seen_in);
    row("hint", check.hint);
    html.push_str("</dl>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checked::examples::{HOSTILE, at, lab};

    #[test]
    fn it_says_what_failed_why_and_what_to_do() {
        let page = page(&lab(), at());
        for text in [
            "2 of 7 points",
            "<a href=\"#bucket-website\">",
            "<li id=\"bucket-website\" class=\"fail\">",
            "✗ fail</span>: It is set up.",
            "<dt>expected</dt><dd><code>index.html</code></dd>",
            "<dt>hint</dt><dd>run <code>mysfits bucket deploy</code></dd>",
            "skipped until <code>bucket-website</code> passes",
            "could not be checked: not set",
            "good practice, no points",
            "<li id=\"service-guard\" class=\"could\">",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
    }

    #[test]
    fn it_asks_for_nothing() {
        let page = page(&lab(), at()).to_lowercase();
        let outside = [
            "<script", "<link", "<img", "<iframe", "url(", "@import", "http://", "https://", "src=",
        ];
        for outside in outside {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn what_the_account_says_is_no_markup() {
        let mut lab = lab();
        lab.checks[1].actual = HOSTILE.to_owned();
        lab.checks[1].seen_in = HOSTILE.to_owned();
        lab.place = HOSTILE.to_owned();
        let page = page(&lab, at());
        assert!(
            !page.contains("<script") && !page.contains(['\u{1b}', '\0', '\u{202e}']),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;alert"), "{page}");
    }

    #[test]
    fn every_id_is_there_once() {
        let page = page(&lab(), at());
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let once: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(once.len(), ids.len(), "{ids:?}");
    }
}
