//! Completions of shells and pages of the manual, from the declaration.

use crate::report::output::{Output, to_stdout};
use crate::{Error, Result};
use clap::Command;
use clap_complete::Shell;
use std::path::Path;

/// Prints what makes a shell complete commands and options.
///
/// # Errors
/// When standard output fails.
pub fn completions(mut command: Command, shell: Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "leaktrace", &mut text);
    to_stdout(&text)
}

/// Writes the pages of the manual into a folder, one a command; gives their number.
///
/// # Errors
/// When the folder cannot be made or written to.
pub fn man(mut command: Command, folder: &Path) -> Result<usize> {
    let error = |e: std::io::Error| Error::io("cannot write the manual", &e).at(folder).advice("choose a folder that you can write to");
    std::fs::create_dir_all(folder).map_err(error)?;
    command.build();
    let mut pages = vec![&command];
    let mut written = 0;
    while let Some(page) = pages.pop() {
        pages.extend(page.get_subcommands().filter(|sub| sub.get_name() != "help"));
        // A command of its own in the manual, under its whole name.
        let name = page.get_display_name().unwrap_or_else(|| page.get_name()).replace(' ', "-");
        let mut text = Vec::new();
        clap_mangen::Man::new(page.clone()).title(name.to_uppercase()).render(&mut text).map_err(error)?;
        Output::prepare(&folder.join(format!("{name}.1")))?.write(&text)?;
        written += 1;
    }
    Ok(written)
}
