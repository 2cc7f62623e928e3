//! What `status`, `plan`, `cleanup` and `labs` report about money.

use serde_json::json;

use crate::helpers::{
    CLUSTER, SERVICE,
    backend::run_with,
    binaries::backend,
    cloud::Cloud,
    command::{awaited, press_ctrl_c, until},
    figures::{counted, every_figure_is_as_counted, lines},
    stack::{network_that_left_its_vpc, typed_by_hand},
};

fn dry_run(cloud: &Cloud, flags: &[&str]) -> String {
    cloud.run(&[&["cleanup", "--dry-run"], flags].concat()).stdout
}

#[test]
fn an_empty_account() {
    let cloud = Cloud::start();
    every_figure_is_as_counted(&cloud, &[]);
    assert!(dry_run(&cloud, &[]).contains("nothing of it is there"));
    let plan = cloud.run(&["plan"]).exit(0);
    let rows = plan.stdout.lines().filter(|line| line.starts_with("  create ")).count();
    let sum = format!("{rows} to create. All of it together costs $4.00 a day");
    assert!(plan.stdout.contains(&sum), "{sum} is not in {}", plan.stdout);
    let labs = cloud.run(&["labs"]).exit(0);
    assert!(labs.stdout.contains("none was found"), "{}", labs.stdout);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn a_classic_lab() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    every_figure_is_as_counted(&cloud, &[]);
    let dollars = format!("${:.2}", counted(&cloud));
    // A flag states what is wanted, and not what exists.
    every_figure_is_as_counted(&cloud, &["--topology", "economy"]);
    let plan = cloud.run(&["plan", "--topology", "economy"]).exit(0);
    let change = format!("costs $1.58 a day on AWS, now {dollars} (");
    assert!(plan.stdout.contains(&change), "{}", plan.stdout);
    assert!(plan.stdout.contains("Parameters.Topology is classic, expected economy"));
    let shown = dry_run(&cloud, &[]);
    let rows = shown.lines().filter(|line| line.starts_with("  remove ")).count();
    for sum in [format!("{rows} to remove, "), format!(" That saves {dollars} a day on AWS.")] {
        assert!(shown.contains(&sum), "{sum} is not in {shown}");
    }
    let labs = cloud.run(&["labs", "--output", "json"]).exit(0);
    let lab = &lines(&labs, "lab")[0];
    assert_eq!(format!("${:.2}", lab["dollars_per_day"].as_f64().unwrap()), dollars);
    assert_eq!(lab["parts"], json!([1, 2, 3, 4]));
    // The command that it names does what it promises.
    let remove = lab["remove"].as_str().unwrap().split(' ').skip(1).collect::<Vec<_>>();
    let remove: Vec<_> = remove.into_iter().filter(|word| *word != "--local").collect();
    cloud.run(&[remove.as_slice(), &["--yes"]].concat()).exit(0);
    every_figure_is_as_counted(&cloud, &[]);
    assert!(counted(&cloud).abs() < 0.001);
}

#[test]
fn an_economy_lab_whose_flag_is_forgotten() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all", "--topology", "economy"]).exit(0);
    every_figure_is_as_counted(&cloud, &[]);
    let dollars = format!("${:.2}", counted(&cloud));
    let plan = cloud.run(&["plan", "--exit-code", "--service-binary", backend().to_str().unwrap()]);
    assert!(plan.exit(0).stdout.contains(&format!("costs {dollars} a day")));
}

/// Somebody stopped the backend and deleted the load balancer in the console.
#[test]
fn a_half_deleted_lab() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.wait_for(async |sdk| {
        let ecs = aws_sdk_ecs::Client::new(sdk);
        let update = ecs.update_service().cluster(CLUSTER).service(SERVICE).desired_count(0);
        update.send().await.unwrap();
    });
    until("the task to be gone", || {
        let running = cloud.wait_for(async |sdk| {
            let ecs = aws_sdk_ecs::Client::new(sdk);
            let describe = ecs.describe_services().cluster(CLUSTER).services(SERVICE);
            let service = describe.send().await.unwrap().services.unwrap().remove(0);
            service.running_count + service.pending_count
        });
        (running == 0).then_some(())
    });
    every_figure_is_as_counted(&cloud, &[]);
    let plan = cloud.run(&["plan", "part-3"]).exit(0);
    assert!(plan.stdout.contains("costs $4.00 a day"), "{}", plan.stdout);
}

#[test]
fn a_creation_that_was_interrupted() {
    let cloud = Cloud::start();
    cloud.faults(
        &json!([{"kind": "hold", "service": "cloudformation", "operation": "CreateStack"}]),
    );
    let deploy = cloud.spawn(&["core-stack", "deploy"]);
    until("the stack to be begun", || {
        cloud.changes().iter().any(|change| change == "CreateStack").then_some(())
    });
    press_ctrl_c(&deploy);
    let ended = awaited(deploy);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    every_figure_is_as_counted(&cloud, &[]);
    cloud.no_faults();
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    every_figure_is_as_counted(&cloud, &[]);
}

/// Two NAT gateways of a student's own template cost no less.
#[test]
fn a_network_typed_by_hand() {
    let cloud = Cloud::start();
    typed_by_hand(&cloud);
    every_figure_is_as_counted(&cloud, &[]);
    let dollars = format!("${:.2}", counted(&cloud));
    let status = cloud.run(&["status"]).exit(0);
    let sentence = format!("costs {dollars} a day on AWS, of which {dollars} is not this lab's.");
    assert!(status.stdout.contains(&sentence), "{}", status.stdout);
    let ended = cloud.run(&["cleanup", "--yes"]).exit(3);
    assert!(ended.stdout.contains(&format!("What is left costs {dollars} a day")));
    assert!(dry_run(&cloud, &["--adopt"]).contains(&format!("That saves {dollars} a day")));
    cloud.run(&["cleanup", "--adopt", "--yes"]).exit(0);
    every_figure_is_as_counted(&cloud, &[]);
}

#[test]
fn a_vpc_that_its_stack_left() {
    let cloud = Cloud::start();
    network_that_left_its_vpc(&cloud);
    every_figure_is_as_counted(&cloud, &[]);
    let labs = cloud.run(&["labs", "--output", "json"]).exit(0);
    let lab = &lines(&labs, "lab")[0];
    let cents = (lab["dollars_per_day"].as_f64().unwrap() * 100.0).round();
    assert!((cents - (counted(&cloud) * 100.0).round()).abs() < 0.5, "{lab}");
    let ended = cloud.run(&["cleanup", "--yes"]).exit(3);
    assert!(!ended.stdout.contains("What is left costs"), "{}", ended.stdout);
}

/// The stack and what is in it carry no tag of the lab.
#[test]
fn a_lab_that_is_not_tagged() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let dollars = counted(&cloud);
    // The same lab under another tag: nothing of it is ours.
    let table = cloud.wait_for(async |sdk| {
        let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
        let table = dynamodb.describe_table().table_name("MysfitsTable").send().await.unwrap();
        let arn = table.table.unwrap().table_arn.unwrap();
        dynamodb.untag_resource().resource_arn(&arn).tag_keys("mysfits:lab").send().await.unwrap();
        arn
    });
    assert!(table.ends_with("MysfitsTable"));
    every_figure_is_as_counted(&cloud, &[]);
    let status = cloud.run(&["status"]).exit(0);
    let sentence = format!("costs ${dollars:.2} a day on AWS, of which $0.32 is not this lab's.");
    assert!(status.stdout.contains(&sentence), "{}", status.stdout);
    // It is a row of `labs`, with the command that removes it.
    let labs = cloud.run(&["labs", "--output", "json"]).exit(0);
    let by_hand = lines(&labs, "lab").into_iter().find(|lab| lab["typed_by_hand"] == true).unwrap();
    assert_eq!(by_hand["parts"], json!([2]));
    assert_eq!(by_hand["remove"], "mysfits cleanup all --local --region eu-west-1 --adopt");
    let dry = cloud.run(&["cleanup", "--dry-run", "--adopt"]).exit(0);
    assert!(dry.stdout.contains("it does not carry the tag `mysfits:lab`, and `--adopt` takes it"));
    let table = dry.stdout.split("remove    table").nth(1).unwrap();
    assert!(!table.lines().nth(1).unwrap().contains("it carries the tag"), "{}", dry.stdout);
}
