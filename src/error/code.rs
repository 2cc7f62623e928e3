//! The kinds of errors: numbers, exit codes, hints. Generates `docs/troubleshooting.md`.

use super::Exit;

/// The documentation of a [`Code`].
pub(crate) struct Entry {
    /// Such as `MYS010`.
    pub(crate) number: &'static str,
    /// The error in a few words.
    pub(crate) title: &'static str,
    /// What to do, unless the error has a better hint of its own.
    pub(crate) hint: &'static str,
    /// The exit code of the process.
    pub(crate) exit: Exit,
}

/// Defines [`Code`] from a table. A row is the code's name, its number, its exit code, its title,
/// and its hint.
macro_rules! codes {
    ($($code:ident = $number:literal, $exit:ident, $title:literal, $hint:literal;)*) => {
        /// One kind of error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub(crate) const ALL: &[Self] = &[$(Self::$code),*];

            /// Returns the documentation of this code.
            pub(crate) const fn entry(self) -> Entry {
                let (number, exit, title, hint) = match self {
                    $(Self::$code => ($number, Exit::$exit, $title, $hint),)*
                };
                Entry { number, title, hint, exit }
            }
        }
    };
}

codes! {
    Setting = "MYS001", Usage,
        "a setting is not valid",
        "`mysfits --help` lists the settings";
    ConfigFile = "MYS002", Usage,
        "`mysfits.toml` is not valid",
        "correct the file or remove it";
    NoTerminal = "MYS003", Usage,
        "a confirmation is needed, and there is no terminal to ask on",
        "add `--yes`";
    Declined = "MYS004", Failed,
        "not confirmed, nothing was done",
        "run the command again, or add `--yes`";
    Io = "MYS005", Failed,
        "a file or the terminal could not be read or written",
        "check the path and its permissions";
    CommandLine = "MYS006", Usage,
        "the command line is not valid",
        "`mysfits --help` shows the commands and settings";
    NoCredentials = "MYS010", Failed,
        "no AWS credentials were found",
        "run `aws configure` or `aws login`, paste the credentials that your course gives you into `~/.aws/credentials`, or add `--local` to work without an AWS account";
    ExpiredCredentials = "MYS011", Failed,
        "the AWS credentials have expired",
        "get fresh ones with `aws login` or `aws sso login`, or from the page of your course, and run the command again";
    RefusedCredentials = "MYS012", Failed,
        "AWS does not accept the credentials",
        "check the profile with `aws sts get-caller-identity`; a wrong clock or a region that is not enabled looks the same";
    Region = "MYS013", Usage,
        "there is no such region",
        "choose one with `--region`, such as `--region eu-west-1`";
    Unreachable = "MYS014", Failed,
        "nothing responds at the endpoint",
        "check the network, `--endpoint-url`, and `HTTPS_PROXY` if this network has a proxy";
    AccessDenied = "MYS015", Failed,
        "the credentials lack permission for this",
        "ask whoever manages the account for this permission; `mysfits iam-policy` prints all that are needed";
    TooLarge = "MYS016", Failed,
        "an answer is larger than any of AWS",
        "check what answers at the endpoint: `--endpoint-url`, or a proxy in between";
    Mfa = "MYS017", Failed,
        "the profile needs the code of an MFA device",
        "run the command on a terminal, where it can ask for the code";
    Network = "MYS018", Usage,
        "a proxy or the trusted certificates cannot be used",
        "correct `HTTPS_PROXY`, `HTTP_PROXY` or `AWS_CA_BUNDLE`, or remove them";
    Blocked = "MYS019", Failed,
        "it works on AWS, but cannot be reached from here",
        "a firewall or a proxy between this machine and AWS may block it: run the same command again in another network, such as that of AWS CloudShell";
    LocalStart = "MYS020", Failed,
        "the local cloud did not start",
        "`mysfits local start --foreground` shows why";
    LocalPort = "MYS021", Failed,
        "the port of the local cloud is in use",
        "choose another with `MYSFITS_LOCAL_PORT`, or stop the other program";
    LocalFolder = "MYS022", Failed,
        "the folder of the local cloud cannot be used",
        "choose another with `MYSFITS_LOCAL_DIR`; nothing in this one was changed";
    LocalStopped = "MYS023", Failed,
        "no local cloud is running",
        "start it with `mysfits local start`";
    LocalEnded = "MYS024", Failed,
        "the local cloud has ended meanwhile",
        "start it again with `mysfits local start`, and run the same command again: it continues where this one stopped; if it ends once more, `local.log` in its folder says why";
    Lab = "MYS030", Failed,
        "the lab's own files do not fit together",
        "this is a mistake in mysfits; please report it";
    Foreign = "MYS040", Failed,
        "it exists already and is not part of this lab",
        "add `--adopt` to take it over, or `--lab NAME` to use other names";
    BucketTaken = "MYS041", Failed,
        "the bucket name belongs to somebody else",
        "bucket names are shared by all of AWS: choose another with `--bucket NAME`";
    BucketElsewhere = "MYS042", Failed,
        "the bucket is in another region",
        "use that region with `--region`, or another name with `--bucket NAME`";
    PublicAccessBlocked = "MYS043", Failed,
        "public websites are blocked for the whole account",
        "only whoever manages the account's Block Public Access setting, or the organization's S3 policy, can allow it; ask them, or use `--local`";
    Broken = "MYS044", Failed,
        "it exists in a form that cannot be changed into the lab's",
        "remove it with `mysfits cleanup` and deploy again";
    Binary = "MYS045", Failed,
        "the backend's program cannot be used",
        "name another one with `--service-binary PATH`";
    Build = "MYS046", Failed,
        "the backend could not be built",
        "`cargo build -p mysfits-service` shows why; or name a program with `--service-binary PATH`";
    Push = "MYS047", Failed,
        "the image could not be pushed",
        "run the same command again: what the registry has is not sent again";
    Failed = "MYS048", Failed,
        "it was created or changed, and failed",
        "fix the cause shown above, and run the same command again";
    Unknown = "MYS049", Failed,
        "it depends on something that could not be looked at",
        "fix the cause named above, and run the same command again";
    Deadline = "MYS050", Failed,
        "the deadline has passed",
        "run the same command again: it continues where this one stopped";
    Refused = "MYS051", Failed,
        "AWS refused a call",
        "`mysfits status` shows what is there; the same command again continues from here";
    NoTask = "MYS052", Failed,
        "no task has logs to show",
        "`mysfits status part-3` shows what is there";
    Held = "MYS053", Failed,
        "a VPC endpoint service still uses the load balancer",
        "delete the endpoint service: `aws ec2 describe-vpc-endpoint-service-configurations` shows it";
    Contradicts = "MYS054", Failed,
        "another run is changing it into something else",
        "wait until that run has ended, or leave out the setting that differs";
    Left = "MYS060", Partly,
        "something is left",
        "the reasons are shown above";
    NoRole = "MYS062", Failed,
        "the role does not exist",
        "`aws iam list-roles` lists the account's roles: name one with `--roles existing:NAME`, or let the stack make them with `--roles create`";
    NotTrusted = "MYS063", Failed,
        "ECS may not use the role",
        "its trust policy must allow `ecs-tasks.amazonaws.com` the action `sts:AssumeRole`; change it, or name another role with `--roles existing:NAME`";
    SessionEnded = "MYS064", Failed,
        "the session of the Learner Lab has ended",
        "nothing is lost: press Start Lab, copy the new keys from AWS Details, and run the same command again: it continues where this one stopped";
    LearnerLab = "MYS065", Failed,
        "an AWS Academy Learner Lab does not permit this",
        "nobody can permit it there; use what the lab has, another account, or `--local`";
    LearnerLabRegion = "MYS066", Usage,
        "an AWS Academy Learner Lab permits two regions only",
        "leave out the region for us-east-1, or choose `--region us-west-2`";
    NoVpcLink = "MYS067", Failed,
        "a VPC link is not permitted in this account",
        "add `--integration internet`: the API then calls the load balancer at its public address, and likes and adoptions stay guarded";
    Clock = "MYS070", Failed,
        "the clock of this machine is wrong",
        "set it, with `timedatectl set-ntp true` on Linux, or in the system's settings for date and time";
    NoRoom = "MYS071", Failed,
        "the account has no room for this lab",
        "clean up a lab, ask for more in the Service Quotas console, or use another region; `mysfits doctor` shows what is left";
    NoSubmission = "MYS073", Failed,
        "this is no submission of Classroom 50",
        "`--report classroom50` is for an autograder, whose runner sets the variables; to see the result here, choose `--report html`";
    NoAddress = "MYS077", Failed,
        "there is nothing to open",
        "`mysfits deploy` creates it, and `mysfits status` shows what is there";
    UnknownAddress = "MYS078", Failed,
        "an address could not be found out",
        "`mysfits status` shows what could not be looked at, and why";
    Browser = "MYS079", Failed,
        "the browser could not be opened",
        "open the address by hand; with `--print` nothing is opened";
    Roster = "MYS081", Usage,
        "the roster is not valid",
        "correct the rows that are named; `mysfits class status --help` lists the columns";
    ManagementAccount = "MYS082", Usage,
        "an account of the roster manages an organization",
        "take it out of the roster: labs belong into accounts of their own";
    SuspendedAccount = "MYS083", Usage,
        "an account of the roster is not active",
        "take it out of the roster, or reopen it in the Organizations console";
    DuplicateLab = "MYS084", Usage,
        "two rows of the roster are the same lab",
        "give each lab of an account a name of its own in the column `lab`";
    ProductionAccount = "MYS085", Usage,
        "the alias of an account says that it is for production",
        "take it out of the roster: no list permits it";
    NotAllowed = "MYS086", Usage,
        "an account is not among `allow-accounts`",
        "add it to `allow-accounts` in `mysfits.toml` if it is really one of the class";
    NotVouched = "MYS087", Usage,
        "whether an account may be used could not be asked",
        "name the accounts of the class in `mysfits.toml`: `allow-accounts = [\"111111111111\"]`";
    WrongAccount = "MYS088", Usage,
        "the credentials of a row belong to another account",
        "correct `account`, `profile` or `role_arn` of the row";
    Quarantined = "MYS089", Partly,
        "an account could not be shown to be clean",
        "remove what is named in the AWS console; `mysfits class retry --only quarantined` looks again";
    Reports = "MYS090", Partly,
        "reports that were handed in cannot be read",
        "ask for them again: `mysfits report --out FILE` writes one";
    NoOrganization = "MYS091", Failed,
        "the account does not manage an organization",
        "use a profile of the management account; `aws organizations describe-organization` shows it";
    NoUnit = "MYS092", Usage,
        "the organization has no such unit",
        "name it by its id or its path, such as `organization:Courses/Cloud`";
    NoPortal = "MYS093", Usage,
        "there is no login at IAM Identity Center",
        "`aws configure sso` makes a profile that has one";
    FileThere = "MYS094", Usage,
        "the file is there already",
        "name another, or add `--force` to replace it";
    Merge = "MYS098", Partly,
        "what the machines of a class left does not fit together",
        "look at what is named: what could be read is merged all the same";
    Interrupted = "MYS130", Interrupted,
        "interrupted",
        "run the same command again: it continues where this one stopped";
}

impl Code {
    /// Returns the one with this number, such as `MYS010`.
    pub(crate) fn numbered(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.entry().number == number)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::error::Help;

    /// `MYSFITS_UPDATE=1 cargo test` regenerates the file.
    #[test]
    fn troubleshooting_is_the_table_of_codes() {
        let mut text = String::from(
            "# Troubleshooting\n\nEvery error has a code. This file is generated from the codes in \
             `src/error/code.rs` and their explanations in `src/error/help/`, which `mysfits explain CODE` shows, too; \
             do not edit it.\n\n| code | what happened | what to do | exit code |\n\
             |---|---|---|---|\n",
        );
        for code in Code::ALL {
            let Entry { number, title, hint, exit } = code.entry();
            writeln!(text, "| {number} | {title} | {hint} | {} |", exit as u8).unwrap();
        }
        for code in Code::ALL {
            let Entry { number, title, .. } = code.entry();
            let help = Help::of(number).unwrap();
            write!(text, "\n## {number}: {title}\n\n").unwrap();
            for cause in &help.causes {
                writeln!(text, "* {cause}").unwrap();
            }
            text.push('\n');
            for (place, step) in help.steps.iter().enumerate() {
                writeln!(text, "{}. {step}", place + 1).unwrap();
            }
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/troubleshooting.md");
        if std::env::var_os("MYSFITS_UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, text, "out of date: run the tests with MYSFITS_UPDATE=1");
    }

    #[test]
    fn every_code_has_causes_and_steps() {
        for code in Code::ALL {
            let number = code.entry().number;
            let help = Help::of(&number.to_ascii_lowercase()).unwrap();
            assert!(!help.causes.is_empty(), "{number}: no cause in src/error/help/");
            assert!(!help.steps.is_empty(), "{number}: no step in src/error/help/");
        }
        assert!(Help::of("MYS999").is_none());
    }

    #[test]
    fn numbers_are_unique_and_in_order() {
        let numbers: Vec<&str> = Code::ALL.iter().map(|code| code.entry().number).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
}
