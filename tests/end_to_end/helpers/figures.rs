//! What an account costs, counted in the account itself, and what a command reports.

use serde_json::Value;

use super::{CLUSTER, SERVICE, by_hand::by_query, cloud::Cloud, command::Ended};

/// Dollars an hour in eu-west-1, from AWS's price pages.
const NAT_GATEWAY: f64 = 0.048;
const ADDRESS: f64 = 0.005;
const LOAD_BALANCER: f64 = 0.0252;
const TASK: f64 = 0.25 * 0.04048 + 0.5 * 0.004_445;
const READ_UNIT: f64 = 0.000_147;
const WRITE_UNIT: f64 = 0.000_735;

/// Returns dollars a day of everything in eu-west-1, whoever owns it.
pub(crate) fn counted(cloud: &Cloud) -> f64 {
    24.0 * (network(cloud) + balancers(cloud) + tasks(cloud) + tables(cloud))
}

fn network(cloud: &Cloud) -> f64 {
    let gateways = by_query(cloud, "Action=DescribeNatGateways&Version=2016-11-15");
    let states = ["available", "pending"].map(|state| format!("<state>{state}</state>"));
    let gateways: usize = states.iter().map(|state| gateways.matches(state).count()).sum();
    let addresses = by_query(cloud, "Action=DescribeAddresses&Version=2016-11-15");
    NAT_GATEWAY * as_float(gateways) + ADDRESS * as_float(addresses.matches("<publicIp>").count())
}

fn balancers(cloud: &Cloud) -> f64 {
    cloud.wait_for(async |sdk| {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        let all = elb.describe_load_balancers().send().await.unwrap();
        let all = all.load_balancers().iter();
        all.map(|it| LOAD_BALANCER + ADDRESS * as_float(it.availability_zones().len())).sum()
    })
}

fn tasks(cloud: &Cloud) -> f64 {
    cloud.wait_for(async |sdk| {
        let ecs = aws_sdk_ecs::Client::new(sdk);
        let describe = ecs.describe_services().cluster(CLUSTER).services(SERVICE).send().await;
        let services = describe.ok().and_then(|answer| answer.services).unwrap_or_default();
        let of = |service: &aws_sdk_ecs::types::Service| {
            let network = service.network_configuration().and_then(|it| it.awsvpc_configuration());
            let public = network.and_then(|it| it.assign_public_ip());
            let is_public = public == Some(&aws_sdk_ecs::types::AssignPublicIp::Enabled);
            let address = if is_public { ADDRESS } else { 0.0 };
            f64::from(service.running_count() + service.pending_count()) * (TASK + address)
        };
        services.iter().map(of).sum()
    })
}

fn tables(cloud: &Cloud) -> f64 {
    let mut sum = 0.0;
    for name in cloud.tables() {
        let table = cloud.wait_for(async |sdk| {
            let describe = aws_sdk_dynamodb::Client::new(sdk).describe_table().table_name(&name);
            describe.send().await.unwrap().table.unwrap()
        });
        let of_indexes = table.global_secondary_indexes().iter();
        let of_indexes = of_indexes.filter_map(|index| index.provisioned_throughput());
        for units in table.provisioned_throughput().into_iter().chain(of_indexes) {
            let read = units.read_capacity_units().unwrap_or_default();
            let write = units.write_capacity_units().unwrap_or_default();
            sum += READ_UNIT * units_of(read) + WRITE_UNIT * units_of(write);
        }
    }
    sum
}

fn units_of(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Returns the JSON lines of a type.
pub(crate) fn lines(ended: &Ended, kind: &str) -> Vec<Value> {
    let lines = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == kind).collect()
}

/// Fails the test unless `status`, `plan` and `cleanup --dry-run` report what is counted, in text and
/// as JSON.
#[track_caller]
pub(crate) fn every_figure_is_as_counted(cloud: &Cloud, flags: &[&str]) {
    let counted = counted(cloud);
    let ours = status_reports(cloud, flags, counted);
    plan_reports(cloud, flags, counted);
    cleanup_reports(cloud, flags, ours);
    labs_report(cloud, counted);
}

/// Returns what the lab's own resources cost, according to `status`.
#[track_caller]
fn status_reports(cloud: &Cloud, flags: &[&str], counted: f64) -> f64 {
    let (text, json) = in_both_forms(cloud, "status", flags);
    is_about(figure_after(&text.stdout, "What is deployed costs $"), Some(counted), &text);
    let bill = &lines(&json, "bill")[0];
    is_about(bill["dollars_per_day"].as_f64(), Some(counted), &json);
    is_about(Some(sum(&json, "status", "dollars_per_day")), Some(counted), &json);
    let foreign = bill["not_ours"].as_f64().unwrap();
    let said = figure_after(&text.stdout, "of which $").unwrap_or_default();
    is_about(Some(said), Some(foreign), &text);
    counted - foreign
}

#[track_caller]
fn plan_reports(cloud: &Cloud, flags: &[&str], counted: f64) {
    let (text, json) = in_both_forms(cloud, "plan", flags);
    is_about(Some(sum(&json, "plan", "dollars_per_day_now")), Some(counted), &json);
    let then = sum(&json, "plan", "dollars_per_day");
    is_about(figure_after(&text.stdout, "All of it together costs $"), Some(then), &text);
    // Said only where it is another one.
    let now = figure_after(&text.stdout, "on AWS, now $").or((counted > 0.0).then_some(then));
    is_about(now, (counted > 0.0).then_some(counted), &text);
}

#[track_caller]
fn cleanup_reports(cloud: &Cloud, flags: &[&str], ours: f64) {
    let text = cloud.run(&[&["cleanup", "--dry-run"], flags].concat());
    is_about(
        Some(figure_after(&text.stdout, "That saves $").unwrap_or_default()),
        Some(ours),
        &text,
    );
}

/// Nothing in the accounts of these tests is part of no lab.
#[track_caller]
fn labs_report(cloud: &Cloud, counted: f64) {
    let (_, json) = in_both_forms(cloud, "labs", &[]);
    is_about(Some(sum(&json, "lab", "dollars_per_day")), Some(counted), &json);
}

/// Runs a command for its text and for its JSON, neither of which may show how numbers are stored.
#[track_caller]
fn in_both_forms(cloud: &Cloud, command: &str, flags: &[&str]) -> (Ended, Ended) {
    let text = cloud.run(&[&[command], flags].concat());
    let json = cloud.run(&[&[command, "--output", "json"], flags].concat());
    for text in [&text.stdout, &json.stdout] {
        assert!(!text.contains("-0.0"), "{text}");
        let long = text.split([':', ',', ' ']).find(|word| {
            word.parse::<f64>().is_ok() && word.split('.').nth(1).is_some_and(|it| it.len() > 2)
        });
        assert_eq!(long, None, "a binary fraction in {text}");
    }
    (text, json)
}

/// Returns the sum of a field in the JSON lines of a type.
fn sum(json: &Ended, kind: &str, field: &str) -> f64 {
    lines(json, kind).iter().map(|row| row[field].as_f64().unwrap()).sum()
}

/// Returns the dollars behind some words; `None` if a text does not contain them.
fn figure_after(text: &str, words: &str) -> Option<f64> {
    let rest = text.split_once(words)?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

/// Fails the test unless two figures differ by no more than the rounding of a few rows to cents.
#[track_caller]
fn is_about(said: Option<f64>, wanted: Option<f64>, ended: &Ended) {
    let is_same = match (said, wanted) {
        (Some(said), Some(wanted)) => (said - wanted).abs() < 0.02,
        (said, wanted) => said == wanted,
    };
    assert!(is_same, "{said:?} instead of {wanted:?}: {}{}", ended.stdout, ended.stderr);
}
