//! Part 3: the backend runs for real behind the load balancer, and comes back when it dies.

use serde_json::Value;

use crate::helpers::{
    backend::{ask, backend_address, count, run_with},
    binaries::backend,
    calls::changes_by_cli,
    cloud::Cloud,
    command::until,
    http::http,
    leftovers::assert_nothing_of_part_3,
};

#[test]
fn the_backend_answers_from_the_table_and_the_site_knows_it() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let address = backend_address(&deployed);
    assert_eq!(deployed.stdout.lines().count(), 2, "{}", deployed.stdout);
    assert!(deployed.stdout.lines().next().unwrap().contains("mysfits-000000000000-eu-west-1"));

    assert_eq!(ask(&address, "GET", "/").0, 200);
    assert_eq!(count(&address, "/mysfits"), 12);
    assert_eq!(count(&address, "/mysfits?filter=GoodEvil&value=Evil"), 4);
    assert_eq!(count(&address, "/mysfits?filter=LawChaos&value=Neutral"), 5);
    let yeti = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3";
    assert_eq!(ask(&address, "GET", yeti).1["name"], "Snowflake");
    assert_eq!(ask(&address, "POST", &format!("{yeti}/like")).0, 200);
    assert_eq!(ask(&address, "GET", yeti).1["likes"], 1);
    assert_eq!(ask(&address, "POST", "/mysfits/no-such-id/adopt").0, 404);
    assert_eq!(count(&address, "/mysfits"), 12);

    let site = "mysfits-000000000000-eu-west-1.s3-website.localhost";
    let (_, config) = http(cloud.port, &format!("{site}:{}", cloud.port), "GET", "/config.js", "");
    assert!(config.contains(&format!("http://{address}")), "{config}");

    let logs = cloud.run(&["logs"]).exit(0);
    assert!(logs.stdout.contains("/mysfits/no-such-id/adopt"), "{}", logs.stdout);
}

#[test]
fn the_second_time_nothing_changes() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.forget_requests();
    let again = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert!(again.stderr.contains("No changes: everything is up to date."), "{}", again.stderr);
    assert_eq!(changes_by_cli(&cloud), Vec::<String>::new());
    run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(0);
    // A deploy of the earlier parts does not remove the backend from the site.
    cloud.run(&["plan", "part-1", "--exit-code"]).exit(0);
}

#[test]
fn a_killed_task_is_back_and_its_last_words_are_kept() {
    let cloud = Cloud::start();
    let address = backend_address(&run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0));
    ask(&address, "GET", "/mysfits/the-old-one");
    let before = cloud.run(&["logs"]).exit(0).stdout;
    assert!(before.contains("/mysfits/the-old-one"), "{before}");

    kill_backend(&cloud);
    until("the backend to be back", || {
        let previous = cloud.run(&["logs", "--previous"]);
        previous.stdout.contains("/mysfits/the-old-one").then_some(())
    });
    until("the backend to answer", || answers(&address).then_some(()));
    assert_eq!(count(&address, "/mysfits"), 12);
}

fn answers(address: &str) -> bool {
    let port: u16 = address.rsplit_once(':').unwrap().1.parse().unwrap();
    std::panic::catch_unwind(|| http(port, address, "GET", "/", "").0 == 200).unwrap_or(false)
}

/// Kills the process of the task, as a crash would.
fn kill_backend(cloud: &Cloud) {
    let folder = std::fs::canonicalize(cloud.folder.path()).unwrap();
    let mut killed = 0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(program) = std::fs::read_link(entry.path().join("exe")) else { continue };
        if program.starts_with(&folder) {
            let id = entry.file_name();
            let kill = std::process::Command::new("kill").arg("-KILL").arg(id).status().unwrap();
            assert!(kill.success());
            killed += 1;
        }
    }
    assert_eq!(killed, 1, "one task should run");
}

#[test]
fn logs_are_short_lines_and_the_last_ones_can_be_asked_for() {
    let cloud = Cloud::start();
    let address = backend_address(&run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0));
    ask(&address, "GET", "/mysfits/one");
    ask(&address, "GET", "/mysfits/two");
    let request = |line: &str| line.contains(" GET /mysfits/two 404 ") && line.ends_with(" ms");
    let all = until("the line of the last request", || {
        let logs = cloud.run(&["logs"]).exit(0).stdout;
        logs.lines().any(request).then_some(logs)
    });
    assert!(all.contains(" GET /mysfits/one 404 "), "{all}");
    let last = cloud.run(&["logs", "--tail", "1"]).exit(0).stdout;
    assert_eq!(last.lines().count(), 1, "{last}");
    let raw = cloud.run(&["logs", "--verbose"]).exit(0).stdout;
    assert!(raw.contains("\"path\":\"/mysfits/two\""), "{raw}");
    let json = cloud.run(&["logs", "--output", "json"]).exit(0).stdout;
    let lines = json.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let two = lines.into_iter().find(|line| line["line"]["path"] == "/mysfits/two").unwrap();
    assert!(two["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{two}");
    assert!(two["stream"].as_str().is_some_and(|stream| !stream.is_empty()), "{two}");
}

#[test]
fn without_a_task_before_the_present_one_that_is_said_with_a_code_of_its_own() {
    let cloud = Cloud::start();
    let none = cloud.run(&["logs"]).exit(1);
    assert!(none.stderr.contains("`mysfits deploy part-3` creates it"), "{}", none.stderr);
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let none = cloud.run(&["logs", "--previous"]).exit(1);
    assert!(none.stderr.contains("error[MYS052]: no earlier task has run"), "{}", none.stderr);
    cloud.run(&["status", "part-3"]).exit(0);
}

/// A company turns Container Insights on for all clusters of its accounts, which costs money.
#[test]
fn container_insights_are_off_and_what_they_left_is_named() {
    use aws_sdk_ecs::types::{ClusterField, ClusterSetting, ClusterSettingName, SettingName};
    let cloud = Cloud::start();
    let enabled = || {
        let setting = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights);
        setting.value("enabled").build()
    };
    cloud.wait_for(async |sdk| {
        let put = aws_sdk_ecs::Client::new(sdk).put_account_setting();
        put.name(SettingName::ContainerInsights).value("enabled").send().await.unwrap();
    });
    let value = || {
        cloud.wait_for(async |sdk| {
            let describe = aws_sdk_ecs::Client::new(sdk).describe_clusters();
            let describe = describe.clusters("MythicalMysfits-Cluster");
            let answer = describe.include(ClusterField::Settings).send().await.unwrap();
            answer.clusters()[0].settings()[0].value().unwrap().to_owned()
        })
    };
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(value(), "disabled");

    let group = "/aws/ecs/containerinsights/MythicalMysfits-Cluster/performance";
    cloud.wait_for(async |sdk| {
        let update = aws_sdk_ecs::Client::new(sdk).update_cluster_settings();
        let update = update.cluster("MythicalMysfits-Cluster").settings(enabled());
        update.send().await.unwrap();
        let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
        logs.create_log_group().log_group_name(group).send().await.unwrap();
    });
    let plan = run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(4);
    assert!(
        plan.stdout.contains("containerInsights is enabled, expected disabled"),
        "{}",
        plan.stdout
    );
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(value(), "disabled");
    // Even when the cluster is long gone.
    for _ in 0..2 {
        let ended = cloud.run(&["cleanup", "part-3", "--yes"]).exit(3);
        assert!(ended.stdout.contains(&format!("log group `{group}`")), "{}", ended.stdout);
        let command = format!("`aws logs delete-log-group --log-group-name {group}`");
        assert!(ended.stderr.contains(&command), "{}", ended.stderr);
    }
}

#[test]
fn cleanup_leaves_only_the_service_linked_role() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let ended = cloud.run(&["cleanup", "part-3", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    // The site stays, and shows its bundled mysfits again.
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
    assert_nothing_of_part_3(&cloud);
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}

#[test]
fn a_new_binary_rolls_out_without_dropping_a_request() {
    let cloud = Cloud::start();
    let address = backend_address(&run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0));
    // The same program, one byte longer: another digest.
    let newer = cloud.folder.path().join("newer");
    let mut bytes = std::fs::read(backend()).unwrap();
    bytes.push(0);
    std::fs::write(&newer, bytes).unwrap();

    let over = std::sync::atomic::AtomicBool::new(false);
    let statuses = std::thread::scope(|scope| {
        let client = scope.spawn(|| {
            let mut statuses = Vec::new();
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                statuses.push(ask(&address, "GET", "/mysfits").0);
            }
            statuses
        });
        let rolled = run_with(&cloud, &newer, &["deploy", "part-3"]);
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        let rolled = rolled.exit(0);
        assert!(rolled.stderr.contains("service: updated"), "{}", rolled.stderr);
        client.join().unwrap()
    });
    assert!(statuses.len() > 10, "only {} requests", statuses.len());
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

#[test]
fn the_economy_topology_has_no_nat_gateway_and_works_the_same() {
    let cloud = Cloud::start();
    let plan = cloud.run(&["plan", "part-3", "--topology", "economy"]).exit(0).stdout;
    assert!(plan.contains("$1.58 a day"), "{plan}");
    let deployed =
        run_with(&cloud, backend(), &["deploy", "part-3", "--topology", "economy"]).exit(0);
    assert_eq!(count(&backend_address(&deployed), "/mysfits"), 12);
    cloud.run(&["cleanup", "all", "--yes", "--topology", "economy"]).exit(0);
    assert_nothing_of_part_3(&cloud);
}
