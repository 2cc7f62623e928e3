//! The points of a class as the gradebooks of Canvas and Moodle import them.
//!
//! Canvas wants the columns `Student`, `ID`, `SIS User ID`, `SIS Login ID` and `Section` before those
//! of assignments, and knows what an assignment is worth from the row `Points Possible`. It finds a
//! student by the ids, or else by the name.
//! <https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb>
//! In Moodle, whoever imports says which column is which; students are found by `ID number` or `Email
//! address`. <https://docs.moodle.org/en/Grade_import>
//!
//! An empty cell is a change in both: it would take away a grade that is there. So who has no grade has
//! no row.

use crate::{lab::parts::Part, operate::class::Graded, report::sheet};

/// A gradebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gradebook {
    /// Of Canvas.
    Canvas,
    /// Of Moodle.
    Moodle,
}

/// A student with a grade.
struct Row<'a> {
    name: &'a str,
    id: &'a str,
    email: &'a str,
    points: String,
}

/// Returns the points of a part as a file for a gradebook.
pub(crate) fn grades(all: &[Graded], part: Part, gradebook: Gradebook) -> String {
    let rows: Vec<Row<'_>> = all.iter().filter_map(Row::of).collect();
    let most = all.iter().filter_map(Graded::most).max().unwrap_or_default();
    // No number in parentheses at its end: Canvas would take it for the id of an assignment.
    let assignment = format!("Mythical Mysfits {}", part.name());
    let lines: Vec<String> = match gradebook {
        Gradebook::Canvas => canvas(&rows, &assignment, most),
        Gradebook::Moodle => moodle(&rows, &assignment),
    };
    lines.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect()
}

fn canvas(rows: &[Row<'_>], assignment: &str, most: u32) -> Vec<String> {
    let header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment];
    let most = most.to_string();
    let possible = ["    Points Possible", "", "", "", "", &most];
    let row = |it: &Row<'_>| sheet::row([it.name, "", it.id, it.email, "", &it.points]);
    [sheet::row(header), sheet::row(possible)].into_iter().chain(rows.iter().map(row)).collect()
}

fn moodle(rows: &[Row<'_>], assignment: &str) -> Vec<String> {
    let header = sheet::row(["Name", "ID number", "Email address", assignment]);
    let row = |it: &Row<'_>| sheet::row([it.name, it.id, it.email, &it.points]);
    [header].into_iter().chain(rows.iter().map(row)).collect()
}

impl<'a> Row<'a> {
    fn of(graded: &'a Graded) -> Option<Self> {
        let student = &graded.student;
        Some(Self {
            name: &student.name,
            id: student.id.as_deref().unwrap_or_default(),
            email: student.email.as_deref().unwrap_or_default(),
            points: graded.grade()?.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{Code, Error},
        operate::class::Student,
        report::checked::examples,
    };

    fn graded(name: &str, has_grade: bool) -> Graded {
        let mut lab = examples::lab();
        // The last one could not be checked.
        lab.checks.pop();
        let result = if has_grade { Ok(lab) } else { Err(Error::new(Code::Io, "no")) };
        let student = Student {
            name: name.to_owned(),
            email: Some(format!("{}@example.com", name.to_lowercase())),
            id: Some("007".to_owned()),
        };
        Graded::without_place(student, result)
    }

    /// The columns that both document, in their order.
    #[test]
    fn the_files_have_the_documented_columns() {
        let all = [graded("Anna", true), graded("Bert", false)];
        let canvas = grades(&all, Part::Two, Gradebook::Canvas);
        assert_eq!(
            canvas,
            "Student,ID,SIS User ID,SIS Login ID,Section,Mythical Mysfits part-2\r\n    \
             Points Possible,,,,,5\r\nAnna,,007,anna@example.com,,2\r\n"
        );
        let moodle = grades(&all[..1], Part::Two, Gradebook::Moodle);
        assert_eq!(
            moodle,
            "Name,ID number,Email address,Mythical Mysfits part-2\r\n\
             Anna,007,anna@example.com,2\r\n"
        );
    }

    #[test]
    fn a_name_is_no_formula_and_the_id_stays_as_it_is() {
        let canvas = grades(&[graded("=1+1", true)], Part::All, Gradebook::Canvas);
        assert!(canvas.contains("\r\n'=1+1,,007,"), "{}", canvas);
    }
}
