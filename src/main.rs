//! The `mysfits` command. All of it is in the library.

fn main() -> std::process::ExitCode {
    mysfits::main()
}
