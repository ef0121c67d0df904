"""Scans a dump by parts on Apache Spark and merges the parts on the driver: what `leaktrace scan` says, byte for byte.

    leaktrace spark-job > leaktrace_spark.py
    spark-submit --files leaktrace,a.ltx,b.ltx leaktrace_spark.py /data/dump \\
        --index a.ltx --index b.ltx --key-file /secure/case.key --json result.json

The driver has `leaktrace inspect` cut the dump into byte ranges (the plan), each task runs `leaktrace scan --part` on one of them, and the driver runs
`leaktrace merge`, whose exit code is the job's. Retries and speculative copies are Spark's: the same part gives the same bytes wherever it runs, and
Spark takes the first copy.

A program or index without a slash in its name is a file that --files has shipped (or stands in the current folder); a path is opened as it is, on
every node: from a shared folder, or from a copy a node, whose page cache all executors of the node share. The key file is opened where it lies, on
each node and on the driver; Spark is told its path and nothing more. So are --password-file and --library-key.

Parts come back as rows of a DataFrame that Spark keeps on the disks of two executors, and the driver fetches a few at a time: no folder has to be
shared for writing, a lost executor costs no finished part, and spark.driver.maxResultSize holds however many parts there are.

A dump is a path that all nodes open, or a URI that Spark's Hadoop file system opens (hdfs://, s3a://, file:///, ...). Spark has no source that gives
byte ranges of any file: `binaryFile` takes files whole and up to 2 GB, `text` drops byte order marks and unpacks, `hdfs dfs -cat` has no ranges,
pyarrow wants libhdfs; and executors have no py4j. So a task starts a small JVM with the class path of its executor, which it asks Spark for; that JVM
opens the file with the Hadoop configuration of the driver and copies the ranges that the scanner asks for into the scanner's standard input. It takes
256 MB at most, of spark.executor.memoryOverhead. Credentials are those of the configuration, of the node, or of YARN's container.

Needs Python 3.10, PySpark 4 with pandas and pyarrow (`pip install pyspark[sql]`), and Linux on the nodes. An executor core scans one part; give an
executor 500 MB of memoryOverhead a core. Exit codes are those of `leaktrace scan`, and 2 where a part failed for good; a cluster manager that starts
failed applications again must be told not to (spark.yarn.maxAppAttempts=1), since 1 says that somebody is supported.
"""

import argparse
import concurrent.futures
import ctypes
import fcntl
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

# Options that are handed on as they are, by the commands that take them; None: a flag.
READING = {
    "inside": "HOW",
    "encoding": "NAME",
    "password-file": "FILE",
    "max-unpacked": "BYTES",
    "max-ratio": "N",
    "max-depth": "N",
    "max-members": "N",
    "max-held": "BYTES",
    "scratch": "DIR",
    "out-of-scope": "KIND,...",
    "strict": None,
}
TAKING = {"scale": "N", "region": "COUNTRY"}
OF_THE_LIBRARY = {"library-key": "KEY"}
JUDGING = {
    "json": "FILE",
    "report": "DIR",
    "fingerprint": "OUT.ltf",
    "library": "DIR",
    "threshold": "SUPPORT",
    "claim-source": "NAME",
    "claim-rows": "N",
    "claim-date": "YYYY-MM-DD",
    "verify": None,
    "case": "TEXT",
    "exhibit": "TEXT",
    "examiner": "TEXT",
    "obtained": "TEXT",
    "lang": "LANG",
    "tlp": "TLP",
    "aware-since": "TIME",
    "sign": "FILE",
    "sign-password-file": "FILE",
}

# Parts that the driver fetches at a time, a few MB each.
FETCHED = 8
# Characters that are told of why a part failed, the last ones.
TOLD = 4000


class Failed(Exception):
    """The job cannot go on; the text says why."""


def arguments(argv):
    """What was typed."""
    parser = argparse.ArgumentParser(prog="leaktrace_spark.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("dumps", metavar="DUMP", nargs="+", help="files, folders or patterns that all nodes open; or URIs of Hadoop file systems")
    parser.add_argument("--index", metavar="INDEX.ltx", action="append", required=True, help="an index; may be repeated")
    parser.add_argument("--key-file", metavar="PATH", action="append", required=True, help="the key, where every node holds it; may be repeated")
    parser.add_argument("--binary", metavar="PROGRAM", default="leaktrace", help="the program (default: leaktrace)")
    parser.add_argument("--part-size", metavar="SIZE", default="1GB", help="bytes of a part (default: 1GB)")
    parser.add_argument("--work", metavar="DIR", help="folder of the driver where plan and parts are kept; otherwise they are deleted")
    handed = parser.add_argument_group("handed on to leaktrace inspect, scan and merge, which say what they are")
    for name, value in (READING | TAKING | OF_THE_LIBRARY | JUDGING).items():
        handed.add_argument(f"--{name}", **({"metavar": value} if value else {"action": "store_true"}))
    args = parser.parse_args(argv)
    for path in args.key_file:
        # A name without a folder would be looked for among what Spark has shipped, and a key is not shipped.
        if not os.path.isabs(path):
            parser.error("--key-file: expected an absolute path that every node holds; a key is never shipped with --files")
    remote = [is_uri(dump) for dump in args.dumps]
    if any(remote) and not all(remote):
        parser.error("DUMP: expected paths only or URIs only")
    if any(remote) and args.report:
        parser.error("--report takes dumps that the driver opens by path; for these: --json FILE, then leaktrace report FILE --report DIR")
    return args


def is_uri(dump):
    return "://" in dump or dump.startswith("file:/")


def handed(args, *tables):
    """Options that are handed on, as arguments."""
    out = []
    for name, value in ((n, v) for table in tables for n, v in table.items()):
        given = getattr(args, name.replace("-", "_"))
        if given:
            out += [f"--{name}={given}"] if value else [f"--{name}"]
    return out


def say(spark, text):
    """Tells on the standard error of spark-submit, which joins that of Python to standard output."""
    spark._jvm.java.lang.System.err.println(text)


def located(name):
    """Where a program or index lies on this machine."""
    from pyspark import SparkFiles

    if "/" in name:
        return name
    if os.path.isfile(name):
        # Not as an absolute path: the document tells the names of indexes.
        return name
    shipped = SparkFiles.get(name)
    found = shipped if os.path.isfile(shipped) else shutil.which(name)
    if not found:
        raise Failed(f"{name} is not here\n  expected: a file shipped with --files, or a path that this node can open")
    return found


def program(name):
    """As `located`, in the form that starts it."""
    found = located(name)
    return found if "/" in found else f"./{found}"


# Byte ranges, served.


class Hadoop:
    """Byte ranges of files, by Hadoop's file systems in a JVM, copied into a process's standard input."""

    def __init__(self, jvm, configuration, names):
        self.jvm, self.configuration, self.names = jvm, configuration, names
        self.number, self.file = None, None

    def copy(self, number, begin, end, out):
        """Copies bytes of the input of this number."""
        if self.number != number:
            self.close()
            path = self.jvm.org.apache.hadoop.fs.Path(self.names[number])
            self.number, self.file = number, path.getFileSystem(self.configuration).open(path)
        self.file.seek(begin)
        # Inside the JVM: no byte of a dump goes through Python.
        if self.jvm.org.apache.commons.io.IOUtils.copyLarge(self.file, out, 0, end - begin) < end - begin:
            raise Failed(f"input {number + 1} ends before byte {end}: it was cut short after it was planned")

    def close(self):
        if self.file is not None:
            self.file.close()
        self.number, self.file = None, None


def run_alone(command, stderr):
    """Runs the scanner, which opens the dump by itself, and gives its exit code."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=die_with_parent).returncode


def run_served(command, hadoop, folder, stderr):
    """Runs the scanner, which asks for ranges on its standard output, and gives its exit code."""
    # The JVM writes into a named pipe: it cannot inherit an unnamed one.
    pipe = os.path.join(folder, "stdin")
    os.mkfifo(pipe, 0o600)
    # Opened for reading without waiting for the writer, then as any other pipe.
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = hadoop.jvm.java.io.FileOutputStream(pipe)
    fcntl.fcntl(reading, fcntl.F_SETFL, fcntl.fcntl(reading, fcntl.F_GETFL) & ~os.O_NONBLOCK)
    os.unlink(pipe)
    try:
        process = subprocess.Popen(command, stdin=reading, stdout=subprocess.PIPE, stderr=stderr, preexec_fn=die_with_parent)
    finally:
        os.close(reading)
    try:
        for line in process.stdout:
            match line.split():
                case [b"READ", number, begin, end]:
                    hadoop.copy(int(number), int(begin), int(end), writer)
                case _:
                    raise Failed("leaktrace asks for a range in words that this job does not know: is it of another version?")
    except Exception as error:
        # A scanner that has ended by itself says why on its standard error; otherwise the file system failed.
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            raise error if isinstance(error, Failed) else Failed(f"the file system fails: {str(error)[:TOLD]}") from None
    finally:
        quietly(writer.close)
        quietly(hadoop.close)
        process.wait()
    return process.returncode


def quietly(act):
    """A pipe whose reader is gone complains when it is closed."""
    try:
        act()
    except Exception:
        pass


def start_jvm(class_path, java_home, configuration, names):
    """A JVM as the executor's, for this task alone: it ends with this process."""
    from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

    entries = class_path.split(os.pathsep)
    py4j = next(entry for entry in entries if os.path.basename(entry).startswith("py4j"))
    os.environ.setdefault("HADOOP_USER_NAME", os.environ.get("SPARK_USER", ""))
    options = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    java = os.path.join(java_home, "bin", "java")
    port, token = launch_gateway(jarpath=py4j, classpath=class_path, javaopts=options, java_path=java, die_on_exit=True, enable_auth=True)
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token, auto_convert=True))
    read = gateway.jvm.org.apache.hadoop.conf.Configuration(False)
    read.addResource(gateway.jvm.java.io.ByteArrayInputStream(configuration))
    return gateway, Hadoop(gateway.jvm, read, names)


# On executors.


def die_with_parent():
    """A task that Spark kills (the slower of two copies) takes its scanner with it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def scan_part(task, row):
    """Scans one part and gives the bytes of its file."""
    part, shared = task["parts"][row["id"]], task["shared"].value
    # Spark deletes its local folders at the end, also after tasks that were killed.
    home = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or None
    with tempfile.TemporaryDirectory(prefix="leaktrace-", dir=home) as folder:
        plan, out, errors = (os.path.join(folder, name) for name in ("plan.json", "part.ltp", "stderr"))
        with open(plan, "wb") as file:
            file.write(shared["plan"])
        command = [program(task["binary"]), "scan", *task["dumps"], "--plan", plan, "--part", str(part["id"]), "-o", out]
        command += [a for index in task["indexes"] for a in ("--index", located(index))]
        command += [a for key in task["keys"] for a in ("--key", key)]
        command += ["--threads", str(task["threads"]), *task["options"]]
        command += ["--begins", str(part["begins"])] if "begins" in part else []
        with open(errors, "wb") as stderr:
            if shared["names"] is None:
                code = run_alone(command, stderr)
            else:
                gateway, hadoop = start_jvm(row["class_path"], row["java_home"], shared["configuration"], shared["names"])
                try:
                    code = run_served(command, hadoop, folder, stderr)
                finally:
                    quietly(gateway.shutdown)
        if code != 0:
            with open(errors, encoding="utf-8", errors="replace") as file:
                raise Failed(f"leaktrace ended with exit code {code}\n{file.read()}")
        with open(out, "rb") as file:
            return file.read()


def scan_parts(task):
    """What Spark runs: rows of part numbers in, rows with the bytes of the parts out."""

    def scan(batches):
        import pyarrow

        for batch in batches:
            for row in batch.to_pylist():
                part = task["parts"][row["id"]]
                try:
                    scanned = scan_part(task, row)
                except Exception as error:
                    # `told` finds the words between the braces in what Spark makes of them.
                    kind = "" if isinstance(error, Failed) else f"{type(error).__name__}: "
                    raise RuntimeError(f"{{{{part {part['id']} ({described(part)}): {kind}{str(error)[-TOLD:]}}}}}") from None
                yield pyarrow.RecordBatch.from_pydict({"id": [part["id"]], "scanned": [scanned]})

    return scan


def described(part):
    return f"input {part['input'] + 1}, bytes {part['from']} to {part['to']}"


# On the driver.


class Job:
    """One scan: its plan, its parts, its merge."""

    def __init__(self, spark, args, work):
        self.spark, self.args, self.work = spark, args, work
        self.plan = os.path.join(work, "plan.json")
        self.binary = program(args.binary)
        self.names = self.configuration = None

    def run(self):
        self.make_plan()
        with open(self.plan, "rb") as file:
            text = file.read()
        parts = json.loads(text)["parts"]
        self.shared = self.spark.sparkContext.broadcast({"plan": text, "names": self.names, "configuration": self.configuration})
        self.scan(parts)
        # A part whose first row was guessed wrong is scanned again from where the merge says; each can be wrong once.
        for _ in range(len(parts) + 1):
            code, stderr = self.merge(parts)
            again = re.search(r"scan part (\d+) again with --begins (\d+)", stderr)
            if code != 2 or not again:
                break
            number, begins = map(int, again.groups())
            say(self.spark, f"leaktrace: part {number} is scanned again from byte {begins}, where its first row begins")
            self.scan([part | {"begins": begins} for part in parts if part["id"] == number])
        return code

    def make_plan(self):
        command = [self.binary, "inspect", "--plan", self.plan, "--part-size", self.args.part_size, *handed(self.args, READING)]
        if is_uri(self.args.dumps[0]):
            files = list(self.list_files())
            self.names = [file["name"] for file in files]
            listed = os.path.join(self.work, "files.json")
            with open(listed, "w", encoding="utf-8") as file:
                json.dump(files, file)
            context = self.spark.sparkContext
            configuration = context._jsc.hadoopConfiguration()
            text = context._jvm.java.io.StringWriter()
            configuration.writeXml(text)
            self.configuration = text.toString().encode()
            hadoop = Hadoop(context._jvm, configuration, self.names)
            run = functools.partial(run_served, [*command, "--served", listed], hadoop, self.work)
        else:
            run = functools.partial(run_alone, [*command, *self.args.dumps])
        with tempfile.TemporaryFile() as stderr:
            code = run(stderr)
            stderr.seek(0)
            # 3: something cannot be read, which the ledger of the result will say.
            if code not in (0, 3):
                raise Failed(f"leaktrace inspect ended with exit code {code}\n{stderr.read().decode(errors='replace')}")

    def list_files(self):
        """The files that the URIs stand for: patterns and folders by name, hidden files left out by neither."""
        conf = self.spark.sparkContext._jsc.hadoopConfiguration()
        for dump in self.args.dumps:
            path = self.spark._jvm.org.apache.hadoop.fs.Path(dump)
            system = path.getFileSystem(conf)
            found = {}
            for status in system.globStatus(path) or []:
                files = system.listFiles(status.getPath(), True)
                while files.hasNext():
                    file = files.next()
                    found[file.getPath().toString()] = file.getLen()
            if not found:
                raise Failed(f"there is no file at {dump}")
            yield from ({"name": name, "bytes": size} for name, size in sorted(found.items()))

    def scan(self, parts):
        """Scans parts on the cluster and writes their files on the driver."""
        from pyspark import StorageLevel
        from pyspark.sql.functions import expr

        # The largest first, so that none is left alone at the end.
        parts = sorted(parts, key=lambda part: -part["bytes"])
        args, served = self.args, self.names is not None
        keep = [what for what, wanted in (("affected", args.report), ("fingerprint", args.fingerprint or args.library)) if wanted]
        options = handed(args, READING, TAKING, OF_THE_LIBRARY) if keep else handed(args, READING)
        options += ["--keep", ",".join(keep)] if keep else []
        task = {
            "parts": parts,
            "shared": self.shared,
            "binary": args.binary,
            "dumps": ["--served"] if served else args.dumps,
            "indexes": args.index,
            "keys": args.key_file,
            "options": options,
            # A task has so many cores.
            "threads": int(self.spark.conf.get("spark.task.cpus", "1")),
        }
        rows = self.spark.range(0, len(parts), 1, len(parts))
        if served:
            # Evaluated where the task runs.
            property = "java_method('java.lang.System', 'getProperty', '{}')".format
            rows = rows.withColumn("class_path", expr(property("java.class.path")))
            rows = rows.withColumn("java_home", expr(property("java.home")))
        scanned = rows.mapInArrow(scan_parts(task), "id long, scanned binary").persist(StorageLevel.DISK_ONLY_2)
        try:
            self.watch(scanned, parts)
            for row in scanned.coalesce(-(-len(parts) // FETCHED)).toLocalIterator():
                with open(self.part_file(row["id"]), "wb") as file:
                    file.write(row["scanned"])
        except Exception as error:
            raise Failed(told(str(error), parts)) from error
        finally:
            scanned.unpersist()

    def watch(self, scanned, parts):
        """Has Spark scan, and tells how far it is."""
        context, group = self.spark.sparkContext, "leaktrace"
        tracker, last = context.statusTracker(), None

        def act():
            context.setJobGroup(group, f"leaktrace: {len(parts)} parts", interruptOnCancel=True)
            scanned.write.format("noop").mode("overwrite").save()

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            acting = pool.submit(act)
            while not acting.done():
                concurrent.futures.wait([acting], timeout=0.5)
                jobs = filter(None, map(tracker.getJobInfo, tracker.getJobIdsForGroup(group)))
                stages = [stage for job in jobs for stage in map(tracker.getStageInfo, job.stageIds) if stage]
                done, failed = (max((getattr(stage, n) for stage in stages), default=0) for n in ("numCompletedTasks", "numFailedTasks"))
                done = min(done, len(parts))
                # A hundred lines, and one for each attempt that failed.
                if last != (last := (done * 100 // len(parts), failed)):
                    say(self.spark, f"leaktrace: {done} of {len(parts)} parts done" + (f", failed attempts: {failed}" if failed else ""))
            acting.result()

    def part_file(self, number):
        return os.path.join(self.work, f"part-{number}.ltp")

    def merge(self, parts):
        """Merges; gives the exit code and standard error, which is passed on."""
        args = self.args
        command = [self.binary, "merge", *(self.part_file(part["id"]) for part in parts), "--plan", self.plan]
        command += [a for index in args.index for a in ("--index", located(index))]
        command += [a for key in args.key_file for a in ("--key", key)]
        command += handed(args, JUDGING, OF_THE_LIBRARY)
        command += [a for dump in args.dumps for a in ("--dump", dump)] if args.report else []
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        if done.stderr:
            say(self.spark, done.stderr.rstrip())
        return done.returncode, done.stderr


def told(error, parts):
    """A failed job in the words of the part that failed."""
    by_part = re.search(r"\{\{(part \d+ .*?)\}\}", error, re.DOTALL)
    if by_part:
        return f"{by_part[1].strip()}\n  to do:    mend what is told above; Spark has tried this part as often as spark.task.maxFailures says"
    by_task = re.search(r"Task (\d+) in stage .*", error)
    if by_task and int(by_task[1]) < len(parts):
        part = parts[int(by_task[1])]
        return f"part {part['id']} ({described(part)}) failed: {by_task[0]}"
    return f"Spark gave up: {error}"


def main(argv):
    args = arguments(argv)
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("leaktrace").getOrCreate()
    try:
        if args.work:
            os.makedirs(args.work, mode=0o700, exist_ok=True)
            return Job(spark, args, args.work).run()
        with tempfile.TemporaryDirectory(prefix="leaktrace-") as work:
            return Job(spark, args, work).run()
    except Failed as error:
        say(spark, f"leaktrace: {error}")
        return 2
    finally:
        spark.stop()


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception as error:
        # Python's own exit code would be 1, which says that somebody is supported.
        print(f"leaktrace: {type(error).__name__}: {error}", file=sys.stderr)
        code = 2
    sys.exit(code)
