use serde_json::{Value, json};

use super::*;

fn written(account: &str) -> Value {
    json!({
        "type": "report", "schema": 1, "mysfits": "1.0", "time": "2026-11-28T06:00:00.070Z",
        "name": "Anna", "place": "aws", "account": account, "region": "eu-west-1",
        "lab": "mysfits", "identity": "arn:aws:sts::1:assumed-role/voclabs/user1=Anna",
        "user_pool_id": format!("eu-west-1_{account}"), "api_id": format!("a{account}"),
        "site": "http://site.example/", "api": null, "backend": null,
        "resources": [{"resource": "bucket", "state": "ready"}, {"resource": "table", "state": "not there"}],
    })
}

fn with(account: &str, field: &str, value: Value) -> Value {
    let mut report = written(account);
    report[field] = value;
    report
}

fn read(files: &[(&str, String)]) -> HandedIn {
    let files =
        files.iter().map(|(name, text)| ((*name).to_owned(), Ok(text.clone().into_bytes())));
    HandedIn::read(files)
}

fn wrong(text: String) -> Vec<String> {
    let mut read = read(&[("f", text)]);
    assert!(read.reports.is_empty());
    read.malformed.remove(0).1
}

#[test]
fn a_report_is_read_however_it_was_kept() {
    let report = written("111111111111");
    let lines = format!("{}\n{report}\n", json!({"type": "version", "version": 1}));
    for text in
        [report.to_string(), format!("{report:#}"), lines, format!("\u{feff}{report:#}\r\n")]
    {
        let read = read(&[("anna.json", text)]);
        assert!(read.is_clean(), "{read:?}");
        let (file, report) = &read.reports[0];
        assert_eq!((file.as_str(), report.ready(), report.resources.len()), ("anna.json", 1, 2));
        assert_eq!((report.name.as_deref(), report.note.as_str()), (Some("Anna"), NOTE));
    }
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    assert_eq!(wrong("not JSON".to_owned()), ["it is no report"]);
    assert_eq!(wrong("[".repeat(10_000)), ["it is no report"]);
    assert_eq!(wrong(json!({"type": "status"}).to_string()), ["it is no report"]);
    let newer = with("111111111111", "schema", json!(2)).to_string();
    assert_eq!(wrong(newer), ["another version of `mysfits` wrote it"]);
    let mut bad = with("11", "region", json!("mars-1"));
    bad["time"] = json!("yesterday");
    bad["site"] = json!("javascript:alert(1)");
    bad["user_pool_id"] = json!("eu-west-1_x y");
    bad["api_id"] = json!("=1+1");
    bad["lab"] = json!("../../etc");
    bad["place"] = json!("moon");
    let problems = wrong(bad.to_string());
    let fields = ["account", "region", "place", "lab", "time", "user_pool_id", "api_id", "site"];
    for (problem, field) in problems.iter().zip(fields) {
        assert!(problem.starts_with(&format!("`{field}` cannot be `")), "{problem}");
    }
    assert_eq!(problems.len(), fields.len());
    let large = with("111111111111", "name", json!("x".repeat(LARGEST))).to_string();
    assert_eq!(wrong(large), ["it is larger than 64 KB"]);
    let many = vec![json!({"resource": "r", "state": "ready"}); 201];
    assert_eq!(wrong(with("111111111111", "resources", many.into()).to_string()).len(), 1);
    assert!(
        wrong(with("111111111111", "account", json!(12)).to_string())[0]
            .contains("expected a string")
    );
}

#[test]
fn one_error_names_all_malformed_files() {
    let gone = ("gone.json".to_owned(), Err("it is no file".to_owned()));
    let bad = ("bad.json".to_owned(), Ok(b"{".to_vec()));
    let error = HandedIn::read(vec![gone, bad]).error().unwrap();
    assert_eq!((error.code, error.message.as_str()), (Code::Reports, "2 reports cannot be read"));
    let texts: Vec<_> = error.evidence.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["`gone.json`: it is no file", "`bad.json`: it is no report"]);
    assert_eq!(HandedIn::default().error(), None);
}

#[test]
fn names_cannot_act_on_what_shows_them() {
    let name = format!("\u{1b}[2J\u{202e}Anna\n\u{200b}{}", "x".repeat(500));
    let read = read(&[("f", with("111111111111", "name", json!(name)).to_string())]);
    let name = read.reports[0].1.name.clone().unwrap();
    assert!(name.starts_with("[2JAnnax") && name.len() == 120, "{name}");
}

#[test]
fn two_reports_of_one_lab_are_found() {
    let (one, other) = (written("111111111111"), written("222222222222"));
    let mut copied = with("333333333333", "user_pool_id", one["user_pool_id"].clone());
    copied["api_id"] = other["api_id"].clone();
    let again = with("111111111111", "user_pool_id", Value::Null);
    let read = read(&[
        ("one", one.to_string()),
        ("other", other.to_string()),
        ("copied", copied.to_string()),
        ("again", with_api(again, "z").to_string()),
    ]);
    let found: Vec<_> =
        read.same.iter().map(|it| (it.what, it.value.as_str(), it.places.as_slice())).collect();
    assert_eq!(
        found,
        [
            ("lab in the account", "mysfits in 111111111111, eu-west-1", &[0, 3][..]),
            ("user pool", "eu-west-1_111111111111", &[0, 2]),
            ("API", "a222222222222", &[1, 2]),
        ]
    );
    let of_one: Vec<_> = read.same_as(0).collect();
    assert_eq!(of_one, [("lab in the account", vec!["again"]), ("user pool", vec!["copied"])]);
    assert!(!read.is_clean());
}

fn with_api(mut report: Value, api: &str) -> Value {
    report["api_id"] = json!(api);
    report
}

#[test]
fn labs_of_one_account_and_local_clouds_are_not_one_lab() {
    let named = with_api(with("111111111111", "lab", json!("anna")), "b");
    let named = {
        let mut it = named;
        it["user_pool_id"] = Value::Null;
        it
    };
    let local = |api: &str, pool: &str| {
        let mut report = with_api(with("000000000000", "place", json!("local")), api);
        report["user_pool_id"] = json!(format!("eu-west-1_{pool}"));
        report.to_string()
    };
    let read = read(&[
        ("a", written("111111111111").to_string()),
        ("b", named.to_string()),
        ("c", local("c", "c")),
        ("d", local("d", "d")),
    ]);
    assert!(read.is_clean(), "{read:?}");
}
