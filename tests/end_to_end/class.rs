//! `mysfits class`: many labs in many accounts. Whatever happens to one, the others are done; what was
//! not finished is finished by the next run; what must not be touched is refused before anything is.

mod check;
mod failures;
mod pages;
mod refusals;
mod roles;
mod room;
mod shards;
mod teaching;
mod whole;

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use serde_json::Value;

use crate::helpers::{
    by_hand::s3,
    cloud::Cloud,
    command::{Ended, ended},
};

/// The students, and the first part of the name of each lab.
const STUDENTS: [&str; 8] = ["anna", "bert", "cora", "dora", "emil", "fred", "gina", "hans"];

/// Returns the account of a student: twelve times the same digit.
fn account(number: usize) -> String {
    (number + 1).to_string().repeat(12)
}

/// Writes a roster of the first students, each with as many labs, where the command finds it.
fn roster(cloud: &Cloud, students: usize, labs: usize) {
    let mut text = "name,account,lab,email\n".to_owned();
    for (number, name) in STUDENTS.iter().take(students).enumerate() {
        for lab in 0..labs {
            let account = account(number);
            writeln!(text, "{name},{account},{name}-{lab},{name}@example.com").unwrap();
        }
    }
    write(cloud, "class.csv", &text);
}

/// Writes a file into the folder of the command.
fn write(cloud: &Cloud, name: &str, text: &str) {
    std::fs::create_dir_all(cloud.home()).unwrap();
    std::fs::write(cloud.home().join(name), text).unwrap();
}

/// Runs a command of a class with JSON lines, and returns these by the names of labs.
fn states(ended: &Ended) -> BTreeMap<String, Value> {
    let lines = lines(&ended.stdout, "class-lab").into_iter();
    lines.map(|line| (line["lab"].as_str().unwrap().to_owned(), line)).collect()
}

/// Returns the JSON lines of a type.
fn lines(text: &str, kind: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == kind).collect()
}

/// Returns the names of the tables and buckets of an account.
fn standing(cloud: &Cloud, account: &str) -> Vec<String> {
    cloud.wait_for(async |sdk| {
        use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
        let keys = Credentials::new(account, "test", None, None, "test");
        let keys = SharedCredentialsProvider::new(keys);
        let sdk = sdk.clone().into_builder().credentials_provider(keys).build();
        let tables = aws_sdk_dynamodb::Client::new(&sdk).list_tables().send().await.unwrap();
        let buckets = s3(&sdk).list_buckets().send().await.unwrap();
        let buckets = buckets.buckets().iter().filter_map(|it| it.name()).map(str::to_owned);
        tables.table_names().iter().cloned().chain(buckets).collect()
    })
}

/// Fails the test unless nothing stands in the accounts of the first students.
#[track_caller]
fn nothing_is_left(cloud: &Cloud, students: usize) {
    for number in 0..students {
        assert_eq!(standing(cloud, &account(number)), Vec::<String>::new(), "of {number}");
    }
}

/// Runs `mysfits class … --local` from another folder, with the roster and nothing else.
fn run_elsewhere(cloud: &Cloud, folder: &Path, args: &[&str]) -> Ended {
    std::fs::copy(cloud.home().join("class.csv"), folder.join("class.csv")).unwrap();
    let args = [args, &["--local"]].concat();
    ended(cloud.command(&args).current_dir(folder))
}
