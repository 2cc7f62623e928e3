//! The architecture's walls, checked in the sources: what each room may do, and which rooms it may
//! know.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The rooms in which many labs may be worked on in one process.
const WITHOUT_A_TERMINAL: [&str; 6] =
    ["operate", "engine", "resources", "aws", "lab", "destination"];

/// What belongs to the whole process or to a person at the terminal.
const OF_THE_PROCESS: [&str; 18] = [
    "println!",
    "print!(",
    "eprint",
    "stdout()",
    "stderr()",
    "stdin()",
    "std::env",
    "env::var",
    "env::args",
    "env::current",
    "env::home",
    "process::exit",
    "signal::",
    "ctrl_c",
    "anstream",
    "terminal_size",
    "IsTerminal",
    "set_var",
];

/// Returns the code of each source file without its tests, by its path below `src/`.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        if path.extension().is_some_and(|it| it == "rs") && !name.ends_with("tests.rs") {
            sources.insert(name, code(&text));
        }
    }
    sources
}

/// Returns a source without its comments and without its tests, which are at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the room of a source: the folder or file right below `src/`.
fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Returns the rooms that a source takes something from.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (start, found) in code.match_indices("crate::") {
        let rest = &code[start + found.len()..];
        match rest.strip_prefix('{') {
            Some(inside) => used.extend(heads(inside)),
            None => used.extend([head(rest)]),
        }
    }
    used
}

/// Returns the first names of a list in braces, up to its end.
fn heads(inside: &str) -> Vec<String> {
    let (mut depth, mut begins, mut names) = (0, true, Vec::new());
    for (place, sign) in inside.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            sign if depth == 0 && begins && !sign.is_whitespace() => {
                names.push(head(&inside[place..]));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

fn head(text: &str) -> String {
    text.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect()
}

#[test]
fn rooms_without_a_terminal_touch_nothing_of_the_process() {
    let mut wrong = Vec::new();
    for (path, code) in
        sources().iter().filter(|(path, _)| WITHOUT_A_TERMINAL.contains(&room(path)))
    {
        wrong.extend(
            OF_THE_PROCESS.iter().filter(|it| code.contains(**it)).map(|it| (path.clone(), *it)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_command_line_holds_no_client() {
    let sources = sources();
    let cli: Vec<_> = sources.iter().filter(|(path, _)| room(path) == "cli").collect();
    assert!(cli.len() > 8, "only {} files", cli.len());
    for (path, code) in cli {
        for client in ["aws_sdk_", ".s3()", ".dynamodb()", ".ecs()", ".logs()", "operations::"] {
            assert!(!code.contains(client), "{path}: {client}");
        }
    }
}

#[test]
fn only_one_file_says_which_commands_write() {
    for (path, code) in sources().iter().filter(|(path, _)| room(path) == "cli") {
        assert_eq!(code.contains("Access::Write"), path == "cli/access.rs", "{path}");
    }
}

#[test]
fn every_client_has_the_guard() {
    let mut clients = 0;
    for (path, code) in sources() {
        assert!(!code.contains("::Client::new("), "{path} makes a client without the guard");
        let made = code.matches("from_conf(").count();
        assert!(made <= code.matches(".interceptor(").count(), "{path}");
        clients += made;
    }
    // Those of all services, and two with settings of their own.
    assert!(clients >= 3, "only {clients}");
}

#[test]
fn only_one_file_moves_the_cursor_and_only_one_writes_to_the_streams() {
    for (path, code) in sources() {
        assert_eq!(code.contains("\\x1b["), path == "report/block.rs", "{path}");
        let writes =
            ["anstream::std", "anstream::AutoStream", "terminal_size", "io::stderr().lock"];
        let writes = writes.iter().any(|it| code.contains(it));
        assert!(!writes || path == "report/out.rs", "{path}");
    }
}

#[test]
fn the_engine_knows_no_service() {
    for (path, code) in sources().iter().filter(|(path, _)| room(path) == "engine") {
        assert!(!code.contains("aws_sdk_") && !code.contains("operations::"), "{path}");
    }
}

#[test]
fn no_two_rooms_know_each_other() {
    let sources = sources();
    let rooms: BTreeSet<String> = sources.keys().map(|path| room(path).to_owned()).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, code) in &sources {
        let own = room(path).to_owned();
        let others = rooms_used(code).into_iter().filter(|it| rooms.contains(it) && *it != own);
        uses.entry(own.clone()).or_default().extend(others);
    }
    // The root connects the rooms; none of them uses anything of it but its name.
    uses.remove("lib");
    uses.remove("main");
    assert!(uses["operate"].contains("engine") && uses["cli"].contains("operate"), "{uses:?}");
    // Rooms that use nothing are removed, again and again: what is left is a cycle.
    while let Some(floor) = uses.iter().find(|(_, used)| used.is_empty()).map(|(it, _)| it.clone())
    {
        uses.remove(&floor);
        for used in uses.values_mut() {
            used.remove(&floor);
        }
    }
    assert!(uses.is_empty(), "a circle among these rooms: {uses:#?}");
}

#[test]
fn names_are_read_from_use_lines() {
    let code = "use crate::{\n    aws::{call, x},\n    lab,\n};\nuse crate::error::Result;\ncrate::http::get";
    let used: Vec<String> = rooms_used(code).into_iter().collect();
    assert_eq!(used, ["aws", "error", "http", "lab"]);
}
