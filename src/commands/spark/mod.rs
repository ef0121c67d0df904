//! `leaktrace spark-job`: the job for Apache Spark, one file of Python, which starts this program on the executors. It is kept here so that the job
//! and the commands that it calls are of one version.

use super::Outcome;
use crate::Result;
use crate::report::output::to_stdout;

/// The job.
const JOB: &str = include_str!("leaktrace_spark.py");

/// Prints it.
///
/// # Errors
/// When standard output fails.
pub fn run() -> Result<Outcome> {
    to_stdout(JOB.as_bytes())?;
    Ok(Outcome::Done)
}
