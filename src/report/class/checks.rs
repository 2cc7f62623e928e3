//! The points of a class: a line for each student, JSON, and CSV.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::labs;
use crate::{
    operate::class::{Graded, Verdict},
    report::{CheckList, Shown, sheet, visible::visible},
};

const HEADER: [&str; 11] =
    ["name", "email", "id", "account", "region", "lab", "verdict", "points", "of", "what", "site"];

/// The labs of a class, and how their checks went.
pub(crate) struct ClassChecks<'a>(pub(crate) &'a [Graded]);

impl ClassChecks<'_> {
    fn count(&self, verdict: Verdict) -> usize {
        self.0.iter().filter(|it| it.verdict() == verdict).count()
    }

    /// Returns the points of those who have a grade, and how many these could have.
    fn points(&self) -> (u32, u32) {
        let graded = self.0.iter().filter_map(|it| Some((it.grade()?, it.most()?)));
        graded.fold((0, 0), |(points, most), (own, all)| (points + own, most + all))
    }

    /// Returns what all of them come to, in a sentence or two.
    pub(super) fn sum(&self) -> String {
        let (points, most) = self.points();
        let (pass, fail) = (self.count(Verdict::Pass), self.count(Verdict::Fail));
        let text = format!("{points} of {most} points: {pass} pass, {fail} fail.");
        match self.count(Verdict::Unknown) {
            0 => text,
            count => format!("{text} {} could not be checked, without a grade.", labs(count)),
        }
    }
}

impl Shown for ClassChecks<'_> {
    fn text(&self, _: bool) -> String {
        let mut text = format!("{}\n\n", labs(self.0.len()));
        let width = self.0.iter().map(|it| it.student.name.chars().count()).max();
        let width = width.unwrap_or_default();
        for graded in self.0 {
            let points = points(graded);
            let (name, what) = (&graded.student.name, visible(&what(graded)).into_owned());
            let _ = writeln!(text, "  {:<7} {points:>8}  {name:<width$}  {what}", word(graded));
            if let Some(site) = &graded.site {
                let _ = writeln!(text, "    {}", visible(site));
            }
            for same in &graded.same {
                let others = same.others.join(", ");
                let _ = writeln!(text, "    the same {} as {others}", same.what);
            }
        }
        text + "\n" + &self.sum()
    }

    fn json(&self) -> Vec<Value> {
        let (points, most) = self.points();
        let end = json!({
            "type": "class-checks",
            "labs": self.0.len(),
            "score": points,
            "max_score": most,
            "pass": self.count(Verdict::Pass),
            "fail": self.count(Verdict::Fail),
            "unknown": self.count(Verdict::Unknown),
        });
        self.0.iter().flat_map(lines).chain([end]).collect()
    }
}

/// Returns the lines of JSON as the text of a file.
pub(crate) fn checks_lines(all: &[Graded]) -> String {
    let mut text = String::new();
    for line in ClassChecks(all).json() {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Returns the table, with a byte order mark for Excel. A lab that could not be checked has no points.
pub(crate) fn checks_csv(all: &[Graded]) -> String {
    let row = |graded: &Graded| {
        let student = &graded.student;
        let number = |it: Option<u32>| it.map(|it| it.to_string()).unwrap_or_default();
        let (points, most, what) = (number(graded.grade()), number(graded.most()), what(graded));
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let (email, id) = (text(&student.email), text(&student.id));
        let (account, region) = (text(&graded.account), text(&graded.region));
        let (lab, site) = (text(&graded.lab), text(&graded.site));
        sheet::row([
            student.name.as_str(),
            &email,
            &id,
            &account,
            &region,
            &lab,
            word(graded),
            &points,
            &most,
            &what,
            &site,
        ]) + "\r\n"
    };
    let rows: String = all.iter().map(row).collect();
    format!("\u{feff}{}\r\n{rows}", sheet::row(HEADER))
}

pub(super) fn word(graded: &Graded) -> &'static str {
    match graded.verdict() {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unknown => "unknown",
    }
}

pub(super) fn points(graded: &Graded) -> String {
    let number = |it: Option<u32>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
    format!("{} of {}", number(graded.grade()), number(graded.most()))
}

/// Returns what failed first, or why there is no grade.
pub(super) fn what(graded: &Graded) -> String {
    let checked = match &graded.result {
        Ok(checked) => checked,
        Err(error) => return error.message.clone(),
    };
    if let Some(check) = checked.undecided().next() {
        return format!("could not be checked: {}: {}", check.id, check.actual);
    }
    match checked.next_failing() {
        Some(check) => format!("{}: {}", check.id, check.title),
        None => String::new(),
    }
}

fn lines(graded: &Graded) -> Vec<Value> {
    let checked = graded.result.as_ref().ok();
    let checks = checked.into_iter().flat_map(|checked| {
        let list = CheckList(checked);
        checked.checks.iter().map(move |check| list.line(check)).collect::<Vec<_>>()
    });
    let with_student = |mut line: Value| {
        line["student"] = graded.student.name.as_str().into();
        line
    };
    let same = graded.same.iter().map(|it| json!({"what": it.what, "others": it.others}));
    let error = graded.result.as_ref().err();
    let end = json!({
        "type": "class-check",
        "email": graded.student.email,
        "id": graded.student.id,
        "account": graded.account,
        "region": graded.region,
        "lab": graded.lab,
        "site": graded.site,
        "verdict": word(graded),
        "score": graded.grade(),
        "max_score": graded.most(),
        "first_failed": checked.and_then(|it| it.next_failing()).map(|it| it.id),
        "same": same.collect::<Vec<_>>(),
        "error": error.map(|it| json!({"code": it.code.entry().number, "message": it.message})),
    });
    checks.chain([end]).map(with_student).collect()
}
