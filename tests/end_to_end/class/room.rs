//! Labs of one account that do not fit beside each other: the plan says so before anything is created.

use super::{lines, write};
use crate::helpers::{by_hand::by_query, cloud::Cloud};

#[test]
fn two_labs_where_one_fits() {
    let cloud = Cloud::start();
    // The account in which the calls by hand are made.
    let account = "000000000000";
    let labs = format!("name,account,lab\nanna,{account},one\nanna,{account},two\n");
    write(&cloud, "class.csv", &labs);
    let vpc = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.9.0.0/16";
    for _ in 0..4 {
        by_query(&cloud, vpc);
    }
    cloud.forget_requests();
    // Without `--yes` and without a terminal, nothing but the plan.
    let args = ["class", "deploy", "--part", "part-3", "--output", "json"];
    let ended = cloud.run(&args).exit(2);
    let plans = lines(&ended.stdout, "class-plan");
    let errors: Vec<_> = plans.iter().map(|plan| plan["error"].clone()).collect();
    assert_eq!(errors, [serde_json::Value::Null, "MYS071".into()], "{}", ended.stdout);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}
