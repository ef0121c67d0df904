//! PySpark, and a cluster of it on this machine.

use crate::dump::Posted;
use crate::support::{Ran, run};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long a job may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(300);

/// Versions that the job was tried with; pandas and pyarrow are what `mapInArrow` takes.
const PACKAGES: [&str; 3] = ["pyspark==4.0.1", "pandas==3.1.1", "pyarrow==26.0.1"];

/// Python with PySpark.
pub struct Pyspark {
    home: PathBuf,
}

/// What a program prints.
fn succeeds(program: &Path, args: &[&str]) -> Result<String, String> {
    let ran = Command::new(program).args(args).output().map_err(|e| format!("{} does not start: {}", program.display(), e.kind()))?;
    let last = String::from_utf8_lossy(&ran.stderr).lines().last().unwrap_or_default().to_string();
    if ran.status.success() {
        Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
    } else {
        Err(format!("{} {} fails: {last}", program.display(), args.join(" ")))
    }
}

/// The version of Java, of which Spark 4 wants 17 or newer.
fn java() -> Result<(), String> {
    let ran =
        Command::new("java").arg("-version").output().map_err(|_| "there is no Java (Debian: apt-get install openjdk-17-jre-headless)")?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let version = said.split('"').nth(1).and_then(|v| v.split('.').next()).and_then(|v| v.parse::<u32>().ok());
    if version.is_some_and(|v| v >= 17) {
        Ok(())
    } else {
        Err(format!("Java 17 or newer is wanted, not {}", said.lines().next().unwrap_or_default()))
    }
}

impl Pyspark {
    /// PySpark in an environment of its own under the target folder, made once; `None`, with the reason printed, where it cannot be had.
    pub fn find() -> Option<Pyspark> {
        // One test makes it, the others wait.
        static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _one = ONE.lock();
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PACKAGES[0]);
        let python = home.join("bin/python");
        let found = java().and_then(|()| {
            if succeeds(&python, &["-c", "import pyspark, pandas, pyarrow"]).is_err() {
                succeeds(Path::new("python3"), &["-m", "venv", &home.to_string_lossy()])?;
                let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
                succeeds(&python, &[&install[..], &PACKAGES[..]].concat())?;
            }
            Ok(())
        });
        match found {
            Ok(()) => Some(Pyspark { home }),
            Err(reason) => {
                println!("skipped: {reason}");
                None
            }
        }
    }
}

/// Kills an executor at once, one of this driver's; whether there was one.
pub fn kill_an_executor(driver: u32) -> bool {
    let ours = |pid: &str| {
        let process = Path::new("/proc").join(pid);
        let is = |text: Vec<u8>| String::from_utf8_lossy(&text).contains("CoarseGrainedExecutorBackend");
        // Behind the name, in brackets: the state and the parent.
        let parent = |text: String| text.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok()) == Some(driver);
        std::fs::read(process.join("cmdline")).is_ok_and(is) && std::fs::read_to_string(process.join("stat")).is_ok_and(parent)
    };
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.ok()?.file_name().into_string().ok());
    let Some(pid) = all.filter(|name| name.bytes().all(|b| b.is_ascii_digit())).find(|pid| ours(pid)) else { return false };
    Command::new("kill").args(["-9", &pid]).status().is_ok_and(|status| status.success())
}

/// Where one application runs, and all that Spark writes.
pub struct Cluster<'p> {
    pyspark: &'p Pyspark,
    master: &'static str,
    folder: tempfile::TempDir,
}

impl<'p> Cluster<'p> {
    pub fn new(pyspark: &'p Pyspark, master: &'static str) -> Cluster<'p> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["events", "local", "spark"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        // Workers write beside the files of Spark: here they are links, in a folder that vanishes.
        let package = succeeds(&pyspark.home.join("bin/python"), &["-c", "import pyspark; print(pyspark.__path__[0])"]).unwrap();
        for entry in std::fs::read_dir(package.trim()).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != "work") {
            symlink(entry.path(), folder.path().join("spark").join(entry.file_name())).unwrap();
        }
        std::fs::write(folder.path().join("leaktrace_spark.py"), run(["spark-job"]).stdout).unwrap();
        Cluster { pyspark, master, folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The job, in the folder of what was posted.
    pub fn command(&self, posted: &Posted, dumps: &[PathBuf]) -> Command {
        let mut command = Command::new(self.pyspark.home.join("bin/spark-submit"));
        command.current_dir(posted.folder()).args(["--master", self.master]);
        let events = format!("spark.eventLog.dir=file://{}", self.at("events").display());
        let local = format!("spark.local.dir={}", self.at("local").display());
        let own = ["spark.eventLog.enabled=true", "spark.eventLog.compress=false", &events, &local];
        for setting in
            own.into_iter().chain(["spark.driver.host=127.0.0.1", "spark.ui.enabled=false", "spark.ui.showConsoleProgress=false"])
        {
            command.args(["--conf", setting]);
        }
        let shipped: Vec<String> = posted.indexes().iter().map(|i| posted.at(i).display().to_string()).collect();
        command.args(["--files", &[&[env!("CARGO_BIN_EXE_leaktrace").to_string()], &shipped[..]].concat().join(",")]);
        command.arg(self.at("leaktrace_spark.py")).args(dumps).arg("--key-file").arg(posted.at("case.key"));
        posted.indexes().iter().for_each(|index| _ = command.args(["--index", index]));
        command.env("PYSPARK_PYTHON", self.pyspark.home.join("bin/python")).env("SPARK_LOCAL_IP", "127.0.0.1");
        command.env("SPARK_HOME", self.at("spark")).env_remove("SOURCE_DATE_EPOCH");
        command.env("XDG_CONFIG_HOME", self.at("nowhere"));
        command
    }

    /// Runs the job, and shows `each` line of its standard error when it comes, and the process of the driver, which starts the executors.
    pub fn run(&self, mut command: Command, mut each: impl FnMut(&str, u32)) -> Ran {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (send, receive) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).split(b'\n');
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        let (since, mut stderr) = (Instant::now(), String::new());
        loop {
            match receive.recv_timeout(PATIENCE.saturating_sub(since.elapsed())) {
                Ok(line) => {
                    let line = String::from_utf8_lossy(&line).into_owned();
                    each(&line, child.id());
                    stderr += &(line + "\n");
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = child.kill();
                    panic!("the job hangs: {stderr}");
                }
            }
        }
        // The verdict for terminals, which is shorter than what a pipe holds.
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        Ran { code: child.wait().unwrap().code(), stdout, stderr }
    }

    /// Checks that neither the key nor a value of the dump is in what Spark has written or said.
    pub fn check_secrets(&self, posted: &Posted, ran: &Ran) {
        let (mut files, mut folders) = (0, vec![self.folder.path().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().filter_map(Result::ok) {
                let (path, kind) = (entry.path(), entry.file_type().unwrap());
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    files += 1;
                    posted.check_without_secrets(&std::fs::read(&path).unwrap(), &path.display().to_string());
                }
            }
        }
        assert!(files > 0 && std::fs::read_dir(self.at("events")).unwrap().count() > 0, "Spark has logged events");
        posted.check_without_secrets(ran.stderr.as_bytes(), "standard error");
        posted.check_without_secrets(ran.stdout.as_bytes(), "standard output");
    }
}
