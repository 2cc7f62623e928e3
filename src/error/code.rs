//! The kinds of errors: their numbers, exit codes and hints. `docs/troubleshooting.md` is made of it.

use super::Exit;

/// One kind of error. `docs/troubleshooting.md` is generated from the table in [`Code::entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A setting has a value that cannot be right.
    Setting,
    /// `mysfits.toml` cannot be read.
    ConfigFile,
    /// A question would have to be asked, and nobody is there to answer.
    NoTerminal,
    /// The answer to the question was no.
    Declined,
    /// No credentials.
    NoCredentials,
    /// Credentials that are no longer valid.
    ExpiredCredentials,
    /// Credentials that AWS refuses.
    RefusedCredentials,
    /// No such region.
    Region,
    /// Nothing answers at the endpoint.
    Unreachable,
    /// Not allowed.
    AccessDenied,
    /// The local cloud does not start.
    LocalStart,
    /// The port of the local cloud is somebody else's.
    LocalPort,
    /// The folder of the local cloud is damaged or cannot be used.
    LocalFolder,
    /// No local cloud is running.
    LocalStopped,
    /// A template or the lab's graph is wrong: a mistake in this program.
    Lab,
    /// A resource of this name exists and is not ours.
    Foreign,
    /// The bucket's name is taken by somebody else.
    BucketTaken,
    /// The bucket is in another region.
    BucketElsewhere,
    /// Block Public Access of the account or the organization.
    PublicAccessBlocked,
    /// The resource is there in a form that cannot be changed into the lab's.
    Broken,
    /// The backend's program is missing or cannot run in a container of its own.
    Binary,
    /// Cargo does not build the backend.
    Build,
    /// The registry does not take the image.
    Push,
    /// It was made or changed and came to nothing.
    Failed,
    /// It depends on something that could not be looked at.
    Unknown,
    /// It took longer than it may.
    Deadline,
    /// AWS refused a call.
    Refused,
    /// Ctrl-C.
    Interrupted,
    /// Cleanup left something.
    Left,
    /// A file or the terminal could not be read or written.
    Io,
    /// The command line is wrong.
    CommandLine,
}

/// What is documented of a [`Code`].
pub(crate) struct Entry {
    /// Such as `MYS010`.
    pub(crate) number: &'static str,
    /// The error in a few words.
    pub(crate) title: &'static str,
    /// What to do, unless the place where it happened knows better.
    pub(crate) hint: &'static str,
    /// How the process ends.
    pub(crate) exit: Exit,
}

impl Code {
    /// Every code, in the order of the numbers.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 31] = [
        Self::Setting,
        Self::ConfigFile,
        Self::NoTerminal,
        Self::Declined,
        Self::Io,
        Self::CommandLine,
        Self::NoCredentials,
        Self::ExpiredCredentials,
        Self::RefusedCredentials,
        Self::Region,
        Self::Unreachable,
        Self::AccessDenied,
        Self::LocalStart,
        Self::LocalPort,
        Self::LocalFolder,
        Self::LocalStopped,
        Self::Lab,
        Self::Foreign,
        Self::BucketTaken,
        Self::BucketElsewhere,
        Self::PublicAccessBlocked,
        Self::Broken,
        Self::Binary,
        Self::Build,
        Self::Push,
        Self::Failed,
        Self::Unknown,
        Self::Deadline,
        Self::Refused,
        Self::Left,
        Self::Interrupted,
    ];

    /// What is documented of this code.
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each code")]
    pub(crate) const fn entry(self) -> Entry {
        let (number, exit, title, hint) = match self {
            Self::Setting => (
                "MYS001",
                Exit::Usage,
                "a setting is not valid",
                "`mysfits --help` lists the settings",
            ),
            Self::ConfigFile => (
                "MYS002",
                Exit::Usage,
                "`mysfits.toml` is not valid",
                "correct the file or remove it",
            ),
            Self::NoTerminal => (
                "MYS003",
                Exit::Usage,
                "a confirmation is needed, and there is no terminal to ask on",
                "add `--yes`",
            ),
            Self::Declined => (
                "MYS004",
                Exit::Failed,
                "not confirmed, nothing was done",
                "run the command again, or add `--yes`",
            ),
            Self::Io => (
                "MYS005",
                Exit::Failed,
                "a file or the terminal could not be read or written",
                "check the path and its permissions",
            ),
            Self::CommandLine => (
                "MYS006",
                Exit::Usage,
                "the command line is not valid",
                "`mysfits --help` shows the commands and settings",
            ),
            Self::NoCredentials => (
                "MYS010",
                Exit::Failed,
                "no AWS credentials were found",
                "run `aws configure`, or add `--local` to work without an AWS account",
            ),
            Self::ExpiredCredentials => (
                "MYS011",
                Exit::Failed,
                "the AWS credentials have expired",
                "get fresh ones, for instance with `aws sso login`, and run the command again",
            ),
            Self::RefusedCredentials => (
                "MYS012",
                Exit::Failed,
                "AWS does not accept the credentials",
                "check the profile with `aws sts get-caller-identity`; a wrong clock or a region that is not enabled looks the same",
            ),
            Self::Region => (
                "MYS013",
                Exit::Usage,
                "there is no such region",
                "choose one with `--region`, such as `--region eu-west-1`",
            ),
            Self::Unreachable => (
                "MYS014",
                Exit::Failed,
                "nothing answers at the endpoint",
                "check the network and `--endpoint-url`",
            ),
            Self::AccessDenied => (
                "MYS015",
                Exit::Failed,
                "the credentials may not do this",
                "ask whoever manages the account for this permission",
            ),
            Self::LocalStart => (
                "MYS020",
                Exit::Failed,
                "the local cloud did not start",
                "`mysfits local start --foreground` shows why",
            ),
            Self::LocalPort => (
                "MYS021",
                Exit::Failed,
                "the port of the local cloud is in use",
                "choose another with `MYSFITS_LOCAL_PORT`, or stop the other program",
            ),
            Self::LocalFolder => (
                "MYS022",
                Exit::Failed,
                "the folder of the local cloud cannot be used",
                "choose another with `MYSFITS_LOCAL_DIR`; nothing in this one was changed",
            ),
            Self::LocalStopped => (
                "MYS023",
                Exit::Failed,
                "no local cloud is running",
                "start it with `mysfits local start`",
            ),
            Self::Lab => (
                "MYS030",
                Exit::Failed,
                "the lab's own files do not fit together",
                "this is a mistake in mysfits; please report it",
            ),
            Self::Foreign => (
                "MYS040",
                Exit::Failed,
                "it exists already and is not part of this lab",
                "add `--adopt` to take it over, or `--lab NAME` to use other names",
            ),
            Self::BucketTaken => (
                "MYS041",
                Exit::Failed,
                "the bucket name belongs to somebody else",
                "bucket names are shared by all of AWS: choose another with `--bucket NAME`",
            ),
            Self::BucketElsewhere => (
                "MYS042",
                Exit::Failed,
                "the bucket is in another region",
                "use that region with `--region`, or another name with `--bucket NAME`",
            ),
            Self::PublicAccessBlocked => (
                "MYS043",
                Exit::Failed,
                "public websites are blocked for the whole account",
                "only who manages the account's Block Public Access setting, or the organization's S3 policy, can allow it; ask them, or use `--local`",
            ),
            Self::Broken => (
                "MYS044",
                Exit::Failed,
                "it exists in a form that cannot be changed into the lab's",
                "take it down with `mysfits cleanup` and deploy again",
            ),
            Self::Binary => (
                "MYS045",
                Exit::Failed,
                "the backend's program cannot be used",
                "name another one with `--service-binary PATH`",
            ),
            Self::Build => (
                "MYS046",
                Exit::Failed,
                "the backend could not be built",
                "`cargo build -p mysfits-service` shows why; or name a program with `--service-binary PATH`",
            ),
            Self::Push => (
                "MYS047",
                Exit::Failed,
                "the image could not be pushed",
                "run the same command again: what the registry has is not sent again",
            ),
            Self::Failed => (
                "MYS048",
                Exit::Failed,
                "it was made and came to nothing",
                "mend the reason, which is shown above, and run the same command again",
            ),
            Self::Unknown => (
                "MYS049",
                Exit::Failed,
                "it depends on something that could not be looked at",
                "remove the reason, which is named above, and run the same command again",
            ),
            Self::Deadline => (
                "MYS050",
                Exit::Failed,
                "it took longer than it may",
                "run the same command again: it goes on where this one stopped",
            ),
            Self::Refused => (
                "MYS051",
                Exit::Failed,
                "AWS refused a call",
                "`mysfits status` shows what is there; the same command again goes on from here",
            ),
            Self::Left => {
                ("MYS060", Exit::Partly, "something is left", "the reasons are shown above")
            }
            Self::Interrupted => (
                "MYS130",
                Exit::Interrupted,
                "interrupted",
                "run the same command again: it goes on where this one stopped",
            ),
        };
        Entry { number, title, hint, exit }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// `MYSFITS_UPDATE=1 cargo test` writes the file anew.
    #[test]
    fn troubleshooting_is_the_table_of_codes() {
        let mut text = String::from(
            "# Troubleshooting\n\nEvery error has a code. This file is generated from the codes in \
             `src/error/code.rs`; do not edit it.\n\n| code | what happened | what to do | exit code |\n\
             |---|---|---|---|\n",
        );
        for code in Code::ALL {
            let Entry { number, title, hint, exit } = code.entry();
            writeln!(text, "| {number} | {title} | {hint} | {} |", exit as u8).unwrap();
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/troubleshooting.md");
        if std::env::var_os("MYSFITS_UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, text, "out of date: run the tests with MYSFITS_UPDATE=1");
    }

    #[test]
    fn numbers_are_unique_and_in_order() {
        let numbers = Code::ALL.map(|code| code.entry().number);
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    }
}
