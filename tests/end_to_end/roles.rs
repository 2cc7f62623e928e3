//! Roles that exist: the stack makes none, and they are checked before anything is created.

use serde_json::json;

use crate::helpers::{
    backend::{backend_address, count, run_with},
    binaries::backend,
    cloud::Cloud,
    faults::denied,
    stack::output,
};

/// A trust policy for this service.
fn trust(service: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole",
    }]})
    .to_string()
}

/// Creates a role that trusts this service.
fn role(cloud: &Cloud, name: &str, service: &str) {
    cloud.wait_for(async |sdk| {
        let create = aws_sdk_iam::Client::new(sdk).create_role().role_name(name);
        create.assume_role_policy_document(trust(service)).send().await.unwrap();
    });
}

/// Returns the names of the roles that are not linked to a service.
fn roles(cloud: &Cloud) -> Vec<String> {
    cloud.wait_for(async |sdk| {
        let roles =
            aws_sdk_iam::Client::new(sdk).list_roles().path_prefix("/").send().await.unwrap();
        let own = roles.roles().iter().filter(|role| role.path() == "/");
        own.map(|role| role.role_name().to_owned()).collect()
    })
}

const LAB_ROLE: &str = "arn:aws:iam::000000000000:role/LabRole";

#[test]
fn the_tasks_have_a_role_that_exists_and_none_is_made_or_removed() {
    let cloud = Cloud::start();
    role(&cloud, "LabRole", "ecs-tasks.amazonaws.com");
    cloud.faults(&json!([denied("iam", "CreateRole"), denied("iam", "DeleteRole")]));
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3", "--roles", "existing"]);
    let deployed = deployed.exit(0);
    assert!(count(&backend_address(&deployed), "/mysfits") == 12);
    assert_eq!(output(&cloud, "EcsServiceRole"), LAB_ROLE);
    assert_eq!(output(&cloud, "ECSTaskRole"), LAB_ROLE);
    assert_eq!(roles(&cloud), ["LabRole"]);
    // What stands counts without the flag, also in the settings file.
    run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(0);
    std::fs::write(cloud.home().join("mysfits.toml"), "roles = \"existing:LabRole\"\n").unwrap();
    run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(0);
    let plan = run_with(&cloud, backend(), &["plan", "part-3", "--roles", "create"]).exit(0).stdout;
    let moved =
        format!("Parameters.ExecutionRoleArn is {LAB_ROLE}, expected a role that the stack makes");
    assert!(plan.contains(&moved), "{plan}");
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_eq!(roles(&cloud), ["LabRole"]);
}

#[test]
fn a_lab_with_roles_of_its_own_is_brought_over_and_back() {
    let cloud = Cloud::start();
    role(&cloud, "LabRole", "ecs-tasks.amazonaws.com");
    role(&cloud, "Tasks", "ecs-tasks.amazonaws.com");
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(roles(&cloud).len(), 4);
    let flags = ["part-3", "--roles", "existing", "--task-role", "Tasks"];
    let plan = run_with(&cloud, backend(), &[&["plan"], &flags[..]].concat()).exit(0).stdout;
    let told =
        format!("Parameters.ExecutionRoleArn is a role that the stack makes, expected {LAB_ROLE}");
    assert!(plan.contains(&told), "{plan}");
    let deployed = run_with(&cloud, backend(), &[&["deploy"], &flags[..]].concat()).exit(0);
    assert_eq!(roles(&cloud), ["LabRole", "Tasks"]);
    assert_eq!(output(&cloud, "ECSTaskRole"), LAB_ROLE.replace("LabRole", "Tasks"));
    assert!(count(&backend_address(&deployed), "/mysfits") == 12);
    run_with(&cloud, backend(), &["deploy", "part-3", "--roles", "create"]).exit(0);
    assert_eq!(roles(&cloud).len(), 4);
}

#[test]
fn a_role_that_cannot_serve_is_refused_before_anything_is_created() {
    let cloud = Cloud::start();
    role(&cloud, "ForMachines", "ec2.amazonaws.com");
    let elsewhere = "arn:aws:iam::111122223333:role/LabRole";
    for (flags, code, words) in [
        (vec!["--roles", "existing"], 1, "MYS062]: the account 000000000000 has no role `LabRole`"),
        (
            vec!["--roles", "existing:ForMachines"],
            1,
            "MYS063]: the role `ForMachines` does not trust `ecs-tasks.amazonaws.com`",
        ),
        (
            vec!["--task-role", elsewhere],
            2,
            "is a role of another account, and ECS takes those of 000000000000 only",
        ),
        (vec!["--task-role", "a b"], 2, "neither the name nor the ARN of a role"),
        (vec!["--roles", "mine"], 2, "`--roles mine` is not known"),
    ] {
        let refused = cloud.run(&[&["deploy", "part-3"], &flags[..]].concat()).exit(code);
        assert!(refused.stderr.contains(words), "{flags:?}: {}", refused.stderr);
    }
    assert_eq!(cloud.changes().iter().filter(|it| *it != "CreateRole").count(), 0);
    // The earlier parts need no role.
    cloud.run(&["deploy", "part-1", "--roles", "existing"]).exit(0);
}

#[test]
fn a_role_that_may_not_be_read_is_used_and_that_is_said() {
    let cloud = Cloud::start();
    role(&cloud, "LabRole", "ecs-tasks.amazonaws.com");
    cloud.faults(&json!([denied("iam", "GetRole")]));
    let flags = ["core-stack", "deploy", "--roles", "existing"];
    let deployed = cloud.run(&flags).exit(0);
    let told = "whether ECS may use the role `LabRole` is unknown: access denied (`iam:GetRole`)";
    assert!(deployed.stderr.contains(told), "{}", deployed.stderr);
    assert_eq!(output(&cloud, "ECSTaskRole"), LAB_ROLE);
}

#[test]
fn the_accounts_own_role_may_be_unreadable() {
    let cloud = Cloud::start();
    cloud.faults(&json!([denied("iam", "GetRole")]));
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert!(count(&backend_address(&deployed), "/mysfits") == 12);
    // The second time IAM says that its name has been taken.
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
}
