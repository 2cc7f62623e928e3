//! Whose credentials are used: those that the AWS CLI would use.

use std::{fs, process::Command};

use crate::helpers::{
    cloud::Cloud,
    command::{Ended, ended},
};

/// The accounts of the keys in the environment and in the profile `lab`: in the local cloud, a key of
/// twelve digits is its account.
const OF_KEYS: &str = "222222222222";
const OF_PROFILE: &str = "111111111111";

/// Returns a command for the local cloud as for any endpoint, with keys in the environment and a
/// profile in the configuration files.
fn status(cloud: &Cloud, args: &[&str]) -> Command {
    let folder = cloud.home().join(".aws");
    fs::create_dir_all(&folder).unwrap();
    let keys = format!("[lab]\naws_access_key_id = {OF_PROFILE}\naws_secret_access_key = secret\n");
    fs::write(folder.join("credentials"), keys).unwrap();
    let url = format!("http://127.0.0.1:{}", cloud.port);
    let mut command = cloud.command(&[&["status", "--endpoint-url", &url], args].concat());
    command.env("AWS_ACCESS_KEY_ID", OF_KEYS).env("AWS_SECRET_ACCESS_KEY", "secret");
    command
}

#[track_caller]
fn is_of(ended: &Ended, account: &str) {
    let said = format!("{}{}", ended.stdout, ended.stderr);
    assert!(said.contains(account), "{account} is not in {said}");
    let other = if account == OF_KEYS { OF_PROFILE } else { OF_KEYS };
    assert!(!said.contains(other), "{other} is in {said}");
}

#[test]
fn a_named_profile_wins_over_keys_in_the_environment() {
    let cloud = Cloud::start();
    is_of(&ended(&mut status(&cloud, &[])).exit(0), OF_KEYS);
    is_of(&ended(&mut status(&cloud, &["--profile", "lab"])).exit(0), OF_PROFILE);
    // As for the AWS CLI, the variable does not win.
    is_of(&ended(status(&cloud, &[]).env("AWS_PROFILE", "lab")).exit(0), OF_KEYS);
    // The flag wins over the variable, and the settings file names a profile as the flag does.
    let both = ended(status(&cloud, &["--profile", "lab"]).env("AWS_PROFILE", "none")).exit(0);
    is_of(&both, OF_PROFILE);
    fs::write(cloud.home().join("mysfits.toml"), "profile = \"lab\"\n").unwrap();
    is_of(&ended(&mut status(&cloud, &[])).exit(0), OF_PROFILE);
    is_of(&ended(status(&cloud, &[]).env("AWS_PROFILE", "lab")).exit(0), OF_KEYS);
}

#[test]
fn a_named_profile_that_is_not_there_is_an_error_that_names_it() {
    let cloud = Cloud::start();
    for given in [&["--profile", "lba"][..], &[]] {
        let mut command = status(&cloud, given);
        if given.is_empty() {
            command.env("AWS_PROFILE", "lba");
            command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        }
        let ended = ended(&mut command).exit(1);
        assert!(ended.stderr.contains("MYS010"), "{}", ended.stderr);
        assert!(ended.stderr.contains("`lba`"), "{}", ended.stderr);
    }
    assert_eq!(cloud.requests().len(), 0);
}

#[test]
fn a_profile_of_aws_login_that_is_not_logged_in_is_told_to_log_in() {
    let cloud = Cloud::start();
    let mut command = status(&cloud, &["--profile", "console"]);
    let profile = "[profile console]\nlogin_session = arn:aws:iam::111111111111:user/student\n";
    fs::write(cloud.home().join(".aws/config"), profile).unwrap();
    let ended = ended(&mut command).exit(1);
    assert!(ended.stderr.contains("`aws login"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("cargo feature"), "{}", ended.stderr);
}
