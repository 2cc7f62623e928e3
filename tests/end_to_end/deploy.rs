//! Deploying: the result, and that repeating it changes nothing.

use crate::helpers::{BUCKET, cloud::Cloud, http::http};

/// Fetches the printed address, in whatever form, by its path on the local cloud.
fn fetch(cloud: &Cloud, path: &str) -> (u16, String) {
    http(cloud.port, &format!("{BUCKET}.s3-website.localhost:{}", cloud.port), "GET", path, "")
}

#[test]
fn the_site_is_all_there_is_on_stdout_and_it_answers() {
    let cloud = Cloud::start();
    let ended = cloud.run(&["deploy", "part-2"]).exit(0);
    let words: Vec<_> = ended.stdout.split_whitespace().collect();
    let ["site", url, "(open", "this)"] = words[..] else { panic!("{words:?}") };
    assert!(url.starts_with("http://") && url.contains(BUCKET), "{url}");

    let (status, page) = fetch(&cloud, "/");
    assert_eq!(status, 200);
    assert!(page.contains("<!doctype html>"), "{page}");
    let (status, mysfits) = fetch(&cloud, "/mysfits.json");
    assert_eq!(status, 200);
    let mysfits: serde_json::Value = serde_json::from_str(&mysfits).unwrap();
    let mysfits = mysfits["mysfits"].as_array().unwrap();
    assert_eq!(mysfits.len(), 12);
    for mysfit in mysfits {
        let picture = mysfit["profileImageUri"].as_str().unwrap();
        assert_eq!(fetch(&cloud, &format!("/{picture}")).0, 200, "{picture}");
    }
    assert!(fetch(&cloud, "/config.js").1.contains(BUCKET));
}

#[test]
fn the_second_time_nothing_changes_and_nothing_is_written() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.forget_requests();
    let again = cloud.run(&["deploy", "part-2"]).exit(0);
    assert!(again.stderr.contains("No changes: everything is up to date."), "{}", again.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    assert!(!cloud.requests().is_empty());
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn the_end_counts_what_was_done_and_says_what_to_do_next() {
    let cloud = Cloud::start();
    let first = cloud.run(&["deploy", "part-2"]).exit(0).stderr;
    assert!(first.contains("Deployed: 5 created in "), "{first}");
    assert!(first.contains("On AWS, it would cost $0.32 a day."), "{first}");
    assert!(first.ends_with("To remove everything: `mysfits cleanup all --local`\n"), "{first}");
    // Nobody can sign up yet.
    assert!(!first.contains("local mail"), "{first}");
}

#[test]
fn quiet_shows_results_only() {
    let cloud = Cloud::start();
    let deployed = cloud.run(&["deploy", "part-2", "-q"]).exit(0);
    assert_eq!((deployed.stderr.as_str(), deployed.stdout.lines().count()), ("", 1));
    let removed = cloud.run(&["cleanup", "all", "-q", "--yes"]).exit(0);
    assert_eq!(removed.stderr, "");
    assert!(removed.stdout.starts_with("nothing of lab"), "{}", removed.stdout);
}

#[test]
fn two_at_once_end_in_one_lab() {
    let cloud = Cloud::with_pace("0.02");
    let start = || {
        let mut command = cloud.command(&["deploy", "part-2", "--local"]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let (mut one, mut two) = (start(), start());
    assert!(one.wait().unwrap().success() && two.wait().unwrap().success());
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2));
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn likes_given_by_visitors_stay() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    let likes = |set: Option<&str>| {
        cloud.wait_for(async |sdk| {
            use aws_sdk_dynamodb::types::AttributeValue::{N, S};
            let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
            let yeti = S("b41ff031-141e-4a8d-bb56-158a22bea0b3".to_owned());
            if let Some(likes) = set {
                let update = dynamodb.update_item().table_name("MysfitsTable");
                let update =
                    update.key("MysfitId", yeti.clone()).update_expression("SET Likes = :n");
                update.expression_attribute_values(":n", N(likes.to_owned())).send().await.unwrap();
            }
            let get = dynamodb.get_item().table_name("MysfitsTable").key("MysfitId", yeti);
            let item = get.send().await.unwrap().item.unwrap();
            item["Likes"].as_n().unwrap().clone()
        })
    };
    likes(Some("41"));
    // One mysfit is missing, so that the next deploy has something to put.
    cloud.wait_for(async |sdk| {
        use aws_sdk_dynamodb::types::AttributeValue::S;
        let coco = S("0e37d916-f960-4772-a25a-01b762b5c1bd".to_owned());
        let delete = aws_sdk_dynamodb::Client::new(sdk).delete_item().table_name("MysfitsTable");
        delete.key("MysfitId", coco).send().await.unwrap();
    });
    cloud.run(&["deploy", "part-2"]).exit(0);
    assert_eq!(likes(None), "41");
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn a_section_brings_what_it_needs_and_no_more() {
    let cloud = Cloud::start();
    let ended = cloud.run(&["table", "deploy"]).exit(0);
    assert_eq!(ended.stdout, "");
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 2));
}

#[test]
fn another_lab_in_the_same_account_has_other_names() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.run(&["deploy", "part-2", "--lab", "team-7"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (2, 4));
    cloud.run(&["cleanup", "all", "--lab", "team-7", "--yes"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2));
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn us_east_1_has_its_own_rule_for_new_buckets() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "bucket", "--region", "us-east-1"]).exit(2);
    cloud.run(&["bucket", "deploy", "--region", "us-east-1"]).exit(0);
    cloud.forget_requests();
    cloud.run(&["bucket", "deploy", "--region", "us-east-1"]).exit(0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

/// Returns the nonce of the site, and the changes that `plan` sees with these flags.
fn nonce_and_plan(cloud: &Cloud, flags: &[&str]) -> (String, String) {
    let config = fetch(cloud, "/config.js").1;
    let line = config.lines().find(|line| line.starts_with("  nonce: ")).unwrap();
    let plan = cloud.run(&[&["plan", "part-1", "--exit-code"], flags].concat());
    let exit = if plan.stdout.contains("nonce") { 4 } else { 0 };
    assert_eq!(plan.code, Some(exit), "{}", plan.stdout);
    (line.to_owned(), plan.stdout)
}

#[test]
fn a_nonce_is_written_into_the_site_and_stays_there() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1"]).exit(0);
    let (line, plan) = nonce_and_plan(&cloud, &["--nonce", "anna-7"]);
    assert_eq!(line, "  nonce: \"\",");
    assert!(plan.contains("`nonce` in `config.js` is not set, expected anna-7"), "{plan}");
    cloud.run(&["deploy", "part-1", "--nonce", "anna-7"]).exit(0);
    cloud.run(&["deploy", "part-2"]).exit(0);
    let (line, plan) = nonce_and_plan(&cloud, &["--nonce", "ben-7"]);
    assert_eq!(line, "  nonce: \"anna-7\",");
    assert!(plan.contains("`nonce` in `config.js` is anna-7, expected ben-7"), "{plan}");
    for flags in [&[][..], &["--nonce", "anna-7"]] {
        let (_, plan) = nonce_and_plan(&cloud, flags);
        assert!(!plan.contains("nonce"), "{plan}");
    }
}

#[test]
fn a_nonce_that_would_do_nothing_is_refused() {
    let cloud = Cloud::start();
    cloud.forget_requests();
    let wrong = cloud.run(&["deploy", "part-1", "--nonce", "a b"]).exit(2);
    assert!(
        wrong.stderr.contains("a nonce is 1 to 64 letters, digits, `-` and `_`"),
        "{}",
        wrong.stderr
    );
    let elsewhere = cloud.run(&["table", "deploy", "--nonce", "a"]).exit(2);
    assert!(
        elsewhere.stderr.contains("which this command does not deploy"),
        "{}",
        elsewhere.stderr
    );
    assert_eq!(cloud.requests().len(), 0);
}
