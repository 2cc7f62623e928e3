//! `mysfits open`: the address is printed, and opened where there is a browser.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use crate::helpers::{
    backend::{backend_address, run_with},
    binaries::backend,
    cloud::Cloud,
    command::{Ended, ended},
};

/// Puts a program in place of the system's opener, which notes its arguments in the file that is
/// returned, and ends with this code.
fn opener(cloud: &Cloud, code: u8) -> PathBuf {
    let folder = cloud.home();
    let (program, noted) = (folder.join("xdg-open"), folder.join("opened"));
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\nexit {code}\n", noted.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    noted
}

/// Runs it where there is a display, with that opener.
fn with_display(cloud: &Cloud, args: &[&str]) -> Ended {
    let mut command = cloud.command(&[args, &["--local"]].concat());
    ended(command.env("DISPLAY", ":0").env("PATH", cloud.home()))
}

#[cfg(target_os = "linux")]
#[test]
fn the_site_is_printed_and_opened_where_there_is_a_display() {
    let cloud = Cloud::start();
    let nothing = cloud.run(&["open", "site"]).exit(1).stderr;
    assert!(nothing.contains("MYS077"), "{nothing}");
    cloud.run(&["deploy", "part-1"]).exit(0);
    let noted = opener(&cloud, 0);
    let site = cloud.run(&["open", "site"]).exit(0).stdout;
    assert!(
        site.starts_with("http://") && site.contains("mysfits-000000000000-eu-west-1"),
        "{site}"
    );
    assert_eq!(site.lines().count(), 1);
    for quiet in [&["open", "site", "--print"][..], &["open", "site", "--output", "json"]] {
        with_display(&cloud, quiet).exit(0);
        assert!(!noted.exists(), "{quiet:?} opened something");
    }
    assert_eq!(with_display(&cloud, &["open", "site"]).exit(0).stdout, site);
    assert_eq!(fs::read_to_string(&noted).unwrap(), site);

    opener(&cloud, 3);
    let failed = with_display(&cloud, &["open", "site"]).exit(1);
    assert_eq!(failed.stdout, site);
    assert!(failed.stderr.contains("MYS079"), "{}", failed.stderr);
    assert!(cloud.run(&["open", "api"]).exit(1).stderr.contains("MYS077"));
}

#[test]
fn what_could_not_be_looked_at_is_not_absent() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1"]).exit(0);
    cloud.faults(&serde_json::json!([{ "kind": "denied", "service": "s3" }]));
    let unknown = cloud.run(&["open", "site"]).exit(1).stderr;
    assert!(unknown.contains("MYS078"), "{unknown}");
}

#[test]
fn before_part_4_the_backend_is_the_api() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let api = cloud.run(&["open", "api"]).exit(0).stdout;
    assert_eq!(api.trim(), format!("http://{}/mysfits", backend_address(&deployed)));
}

#[test]
fn the_console_is_awss_alone_and_the_documents_are_here() {
    let cloud = Cloud::start();
    let none = cloud.run(&["open", "console"]).exit(1).stderr;
    assert!(none.contains("MYS077") && none.contains("only AWS has a web console"), "{none}");
    let docs = cloud.run(&["open", "docs", "--output", "json"]).exit(0).stdout;
    let last: serde_json::Value = serde_json::from_str(docs.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["name"]), (&"address".into(), &"docs".into()));
    let folder = last["url"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
    assert!(PathBuf::from(folder).join("reference.md").is_file(), "{docs}");
}
