//! `docs/aws-pitfalls.md` is accurate: each row of its tables names tests, and they all exist.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use mysfits::aws::{Retry, all};

use crate::snapshots::is_as_in;

const DOCUMENT: &str = include_str!("../../docs/aws-pitfalls.md");
/// The table of retries is between these lines.
const BEGIN: &str = "<!-- retries: made of the operations by a test; do not edit -->\n";
const END: &str = "<!-- end of retries -->\n";
/// Where tests may be.
const FOLDERS: [&str; 3] = ["src", "tests/end_to_end", "tests/python"];

/// Returns the rows of all tables but that of the retries, each as its cells, without the heads of the
/// tables.
fn rows() -> Vec<Vec<&'static str>> {
    let (before, rest) = DOCUMENT.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let lines: Vec<&str> = before.lines().chain(after.lines()).collect();
    let is_row = |line: &str| line.starts_with('|');
    let is_rule = |line: Option<&&str>| line.is_some_and(|line| line.starts_with("|---"));
    let mut rows = Vec::new();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| is_row(line)) {
        if is_rule(lines.get(number)) {
            continue;
        }
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        if is_rule(lines.get(number + 1)) {
            assert_eq!(
                cells.last(),
                Some(&"test"),
                "the last column of a table is its tests: {line}"
            );
        } else {
            rows.push(cells);
        }
    }
    rows
}

/// Returns the texts in backticks.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Returns all sources that may hold tests, with their paths below the repository.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    let mut open: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|it| it == "rs" || it == "py") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            sources.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    sources
}

fn is_python(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, kind)| kind == "py")
}

/// Returns whether a source of this path is the file that a name means: `cleanup` is an end-to-end
/// test, what has a folder before it is below `src/`, and `.py` is in `tests/python/`.
fn is_meant(path: &str, file: &str) -> bool {
    if is_python(file) {
        return path == format!("tests/python/{file}");
    }
    if !file.contains('/') {
        return path == format!("tests/end_to_end/{file}.rs");
    }
    let is_below = |end: &str| path.starts_with("src/") && path.ends_with(&format!("/{file}{end}"));
    is_below(".rs") || is_below("/mod.rs")
}

/// Returns whether a source has a test function of this name.
fn has_test(path: &str, source: &str, test: &str) -> bool {
    if is_python(path) {
        return source.lines().any(|line| line.starts_with(&format!("def {test}(")));
    }
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(number, line)| {
        let before = lines[..number].iter().rev().take_while(|line| line.starts_with("#["));
        line.trim_start_matches("async ").starts_with(&format!("fn {test}("))
            && before.into_iter().any(|it| *it == "#[test]" || it.starts_with("#[tokio::test"))
    })
}

#[test]
fn every_row_names_tests_that_exist() {
    let sources = sources();
    let exists = |name: &&str| {
        let Some((file, test)) = name.split_once("::") else { return false };
        let mut sources = sources.iter().filter(|(path, _)| is_meant(path, file));
        sources.any(|(path, source)| has_test(path, source, test))
    };
    let mut wrong = Vec::new();
    for row in rows() {
        let tests = names(row.last().unwrap());
        if tests.is_empty() {
            wrong.push(format!("no test: {}", row.join(" | ")));
        }
        let missing = tests.into_iter().filter(|name| !exists(name));
        wrong.extend(missing.map(|name| format!("no such test: {name}")));
    }
    // Those named in the text between the tables; `file::test` explains how names are written.
    let text =
        DOCUMENT.lines().filter(|line| !line.starts_with('|')).collect::<Vec<_>>().join("\n");
    let named =
        names(&text).into_iter().filter(|name| name.contains("::") && *name != "file::test");
    wrong.extend(named.filter(|name| !exists(name)).map(|name| format!("no such test: {name}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the table of the errors that are waited out, each with the calls that it may answer.
fn table_of_retries() -> String {
    let mut rows = BTreeMap::<_, Vec<_>>::new();
    for operation in all() {
        for Retry { code, message, longest } in operation.retries {
            let row = (operation.service.name, *code, *message, *longest);
            rows.entry(row).or_default().push(format!("`{}`", operation.name));
        }
    }
    let row = |((service, code, message, longest), calls): ((_, _, &str, Duration), Vec<_>)| {
        let words = if message.is_empty() { String::new() } else { format!(": \"{message}\"") };
        let seconds = longest.as_secs();
        format!("| {service} | `{code}`{words} | {} | {seconds} s |\n", calls.join(", "))
    };
    let head = "| service | its answer | to | retried for |\n|---|---|---|---|\n";
    format!("\n{head}{}\n", rows.into_iter().map(row).collect::<String>())
}

#[test]
fn the_table_of_retries_is_what_the_operations_declare() {
    let (before, rest) = DOCUMENT.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let text = [before, BEGIN, &table_of_retries(), END, after].concat();
    is_as_in("docs/aws-pitfalls.md", &text);
}

#[test]
fn the_seventeen_that_broke_the_lab_are_all_there() {
    let rows = rows();
    for number in 1..=17 {
        let number = number.to_string();
        assert_eq!(rows.iter().filter(|row| row[0] == number).count(), 1, "row {number}");
    }
}

#[test]
fn a_test_is_told_from_what_only_looks_like_one() {
    let source = "/// text\n#[test]\n#[cfg(unix)]\nfn yes() {}\nfn no() {}\n#[tokio::test(start_paused = true)]\nasync fn slow() {}";
    assert!(has_test("a.rs", source, "yes") && has_test("a.rs", source, "slow"));
    assert!(!has_test("a.rs", source, "no") && !has_test("a.rs", source, "y"));
    assert!(
        has_test("a.py", "def test_a(x):", "test_a") && !has_test("a.py", "def b():", "test_a")
    );
    assert!(is_meant("tests/end_to_end/cleanup.rs", "cleanup"));
    assert!(!is_meant("src/cli/cleanup.rs", "cleanup"));
    assert!(is_meant("src/resources/bucket/mod.rs", "resources/bucket"));
    assert!(!is_meant("src/resources/my_bucket.rs", "s/bucket"));
}
