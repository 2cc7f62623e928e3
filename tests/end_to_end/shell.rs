//! Completion scripts and manual pages: generated from the command line, and good for the programs
//! that read them.

use std::{fs, process::Command};

use crate::helpers::command::{command, ended};

/// Returns what bash offers after these words, with the script that the program prints.
fn offered_by_bash(words: [&str; 3]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let script = ended(command(folder.path()).args(["completions", "bash"])).exit(0).stdout;
    let [_, before, begun] = words;
    let file = folder.path().join("script");
    fs::write(&file, script).unwrap();
    let typed = format!(
        "source '{}'; COMP_WORDS=({}); COMP_CWORD=2; _mysfits mysfits '{begun}' '{before}'; echo \"${{COMPREPLY[@]}}\"",
        file.display(),
        words.join(" "),
    );
    let mut bash = Command::new("bash");
    let said = ended(bash.args(["--noprofile", "--norc", "-c", &typed]));
    said.exit(0).stdout.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_parts_and_flags() {
    assert_eq!(offered_by_bash(["mysfits", "table", "cl"]), ["cleanup"]);
    assert_eq!(offered_by_bash(["mysfits", "deploy", "--top"]), ["--topology"]);
    let parts = ["part-1", "part-2", "part-3", "part-4"];
    assert_eq!(offered_by_bash(["mysfits", "deploy", "part"]), parts);
}

#[test]
fn each_shell_gets_a_script_of_its_own_also_beside_a_broken_settings_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mysfits.toml"), "this is no setting").unwrap();
    for (shell, mark) in [
        ("bash", "complete -F"),
        ("elvish", "edit:completion"),
        ("fish", "complete -c mysfits"),
        ("powershell", "Register-ArgumentCompleter"),
        ("zsh", "#compdef mysfits"),
    ] {
        let script = ended(command(folder.path()).args(["completions", shell])).exit(0).stdout;
        assert!(script.contains(mark), "{shell}: {script}");
        assert!(script.contains("core-stack"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("new/man1");
    let out = pages.to_str().unwrap();
    assert_eq!(ended(command(folder.path()).args(["man", "--out", out])).exit(0).stdout, "");
    for name in ["mysfits", "mysfits-deploy", "mysfits-table-cleanup", "mysfits-local-start"] {
        let page = fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    // With the examples of its help.
    let page = fs::read_to_string(pages.join("mysfits-deploy.1")).unwrap();
    assert!(page.contains("mysfits deploy part\\-2 \\-\\-local"), "{page}");
    let whole = fs::read_to_string(pages.join("mysfits.1")).unwrap();
    assert!(whole.contains("mysfits\\-cleanup(1)"), "{whole}");
    let printed = ended(command(folder.path()).arg("man")).exit(0).stdout;
    let written = fs::read_to_string(pages.join("mysfits.1")).unwrap();
    assert_eq!(printed.trim_end(), written.trim_end());
    let file = pages.join("mysfits.1");
    let refused = ended(command(folder.path()).args(["man", "--out", file.to_str().unwrap()]));
    assert!(refused.exit(1).stderr.contains("error[MYS005]"));
}

#[test]
fn flags_without_effect_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for args in [["completions", "bash", "--lab=anna"], ["man", "--quiet", "--out=pages"]] {
        let refused = ended(command(folder.path()).args(args)).exit(2);
        assert!(refused.stderr.contains("has no effect on"), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
}
