//! The command `leaktrace`.

use std::process::ExitCode;

fn main() -> ExitCode {
    leaktrace::cli::run(std::env::args_os())
}
