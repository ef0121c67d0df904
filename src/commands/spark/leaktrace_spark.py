"""Scans a dump by parts on Apache Spark and merges them on the driver, to the bytes that one `leaktrace scan` would write.

    leaktrace spark-job > leaktrace_spark.py
    spark-submit --files leaktrace,a.ltx,b.ltx leaktrace_spark.py /data/dump \\
        --index a.ltx --index b.ltx --key-file /secure/case.key --work case --json result.json

The driver has `leaktrace inspect` cut the dump into byte ranges (the plan), each task has `leaktrace scan --part` scan one of them, and `leaktrace
merge` on the driver judges. Retries and speculative copies are Spark's: a part gives the same bytes wherever it is scanned, and the first copy counts.

A program or index without a slash in its name is one that --files has shipped, or stands in the driver's current folder. A path is opened as it is, on
every node: in a shared folder, or a copy a node, whose page cache all executors of the node share. Keys, passwords and scratch folders are opened
where they lie, on the nodes and on the driver; Spark is told their paths and nothing else.

Finished parts are rows of a DataFrame that Spark keeps on the disks of two executors, and the driver fetches a few at a time. So no folder has to be
shared for writing, a lost executor costs no finished part, and spark.driver.maxResultSize holds, however many parts there are.

A dump is a path that every node opens, or a URI of a Hadoop file system (hdfs://, s3a://, file:///). Spark has no source that gives byte ranges of
any file: `binaryFile` takes files whole and up to 2 GB, `text` drops byte order marks and unpacks, `hdfs dfs -cat` has no ranges and wants a client,
pyarrow wants libhdfs, and executors have no py4j. So a task starts a small JVM with the class path of its executor, which Spark tells, and the Hadoop
configuration of the driver; it copies the ranges that the scanner asks for into the scanner's standard input. Credentials are those of the
configuration, of the node, or of YARN's container.

Needs Python 3.10, PySpark 4 with pandas and pyarrow (pip install 'pyspark[sql]'), and nodes with Linux. Per core, give spark.executor.memoryOverhead
0.5 GB, and 0.3 GB more for URIs. Exit codes are those of `leaktrace scan`; 2 where a part has failed for good. 1 says that somebody is supported: a
cluster manager must not start the job again then (spark.yarn.maxAppAttempts=1).
"""

import argparse
import concurrent.futures
import ctypes
import fcntl
import functools
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

# Options that leaktrace's commands take as they are typed here; those of flags are in brackets.
READING = "inside encoding password-file max-unpacked max-ratio max-depth max-members max-held scratch out-of-scope [strict]"
SCANNING = f"{READING} scale region library-key [verify]"
MERGING = (
    "json report fingerprint library library-key threshold claim-source claim-rows claim-date [verify] case exhibit examiner obtained lang tlp "
    "aware-since sign sign-password-file"
)
# Of these and of the job's own, those that every node opens.
ON_NODES = "dumps index binary key_file password_file scratch library_key"

# Parts that the driver fetches at a time, a few MB each.
FETCHED = 8
# Characters that are told of why a part failed, the last ones.
TOLD = 4000


class Failed(Exception):
    """The job, or a part, cannot go on; the text says why."""


def arguments(argv):
    """What was typed."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="leaktrace_spark.py", description=__doc__, formatter_class=form, allow_abbrev=False)
    parser.add_argument("dumps", metavar="DUMP", nargs="+", help="files, folders or patterns, as absolute paths; or URIs")
    parser.add_argument("--index", metavar="INDEX.ltx", action="append", required=True, help="an index; may be repeated")
    parser.add_argument("--key-file", metavar="KEY", action="append", required=True, help="the indexes' key; may be repeated")
    parser.add_argument("--binary", metavar="PROGRAM", default="leaktrace", help="the program (default: leaktrace)")
    parser.add_argument("--part-size", metavar="SIZE", default="1GB", help="bytes of a part (default: 1GB)")
    parser.add_argument("--work", metavar="DIR", help="folder of the driver that keeps plan and parts; a temporary one by default")
    handed = parser.add_argument_group("as leaktrace inspect, scan and merge have them")
    for name in dict.fromkeys(f"{SCANNING} {MERGING}".split()):
        handed.add_argument("--" + name.strip("[]"), **({"action": "store_true"} if name.startswith("[") else {"metavar": "VALUE"}))
    args = parser.parse_args(argv)
    for option in ON_NODES.split():
        given = getattr(args, option) or []
        for path in [given] if isinstance(given, str) else given:
            # A key without a folder would have to be shipped, and a key is never shipped.
            shipped = option in ("index", "binary") and "/" not in path
            if not (shipped or os.path.isabs(path) or option == "dumps" and is_uri(path)):
                parser.error(f"{path}: expected an absolute path, since every node opens it")
    if len({is_uri(dump) for dump in args.dumps}) > 1:
        parser.error("DUMP: expected paths alone, or URIs alone")
    if is_uri(args.dumps[0]) and args.report:
        parser.error("--report takes dumps that the driver opens by path; write --json FILE, then: leaktrace report FILE --report DIR")
    return args


def is_uri(dump):
    return "://" in dump or dump.startswith("file:/")


def handed(args, names):
    """Options of these names that were given, as arguments."""
    given = [(name.strip("[]"), getattr(args, name.strip("[]").replace("-", "_"))) for name in names.split()]
    return [f"--{name}" if value is True else f"--{name}={value}" for name, value in given if value]


def repeated(option, values):
    return [argument for value in values for argument in (option, value)]


def located(name):
    """Where a program or index is on this machine."""
    from pyspark import SparkFiles

    # What is found by its name keeps its name: the document tells the names of indexes.
    if "/" in name or os.path.isfile(name):
        return name
    shipped = SparkFiles.get(name)
    found = shipped if os.path.isfile(shipped) else shutil.which(name)
    if not found:
        raise Failed(f"{name} is not here\n  expected: a file that --files has shipped, or a path that this node can open")
    return found


def say(spark, text):
    """Tells on the standard error of spark-submit, which joins Python's own to standard output."""
    spark._jvm.java.lang.System.err.println(text)


# Running the scanner.


def die_with_parent():
    """A task that Spark kills, such as the slower of two copies, takes its scanner with it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def leaktrace(binary, *args):
    program = located(binary)
    return [program if "/" in program else f"./{program}", *args]


def run_alone(command, stderr):
    """Runs a scanner that opens the dump by itself; gives its exit code."""
    nothing = subprocess.DEVNULL
    return subprocess.run(command, stdin=nothing, stdout=nothing, stderr=stderr, preexec_fn=die_with_parent).returncode


def run_served(hadoop, command, stderr):
    """Runs a scanner that asks for byte ranges on its standard output; gives its exit code."""
    with tempfile.TemporaryDirectory(prefix="leaktrace-") as folder:
        # Named, since the JVM cannot inherit a pipe. Opened without waiting for the writer, and then as any other.
        pipe = os.path.join(folder, "stdin")
        os.mkfifo(pipe, 0o600)
        stdin = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        try:
            writer = hadoop.jvm.java.io.FileOutputStream(pipe)
            fcntl.fcntl(stdin, fcntl.F_SETFL, fcntl.fcntl(stdin, fcntl.F_GETFL) & ~os.O_NONBLOCK)
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, preexec_fn=die_with_parent)
        finally:
            os.close(stdin)
    try:
        for line in process.stdout:
            word, *numbers = line.split()
            if word != b"READ":
                raise Failed("leaktrace asks for bytes in words that this job does not know: is it of another version?")
            hadoop.copy(*map(int, numbers), writer)
    except Exception as error:
        # A scanner that has ended by itself says why on its standard error.
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
    """Closes what may complain that its other end is gone."""
    try:
        act()
    except Exception:
        pass


class Hadoop:
    """Byte ranges of files, which a JVM copies into a pipe: none goes through Python."""

    def __init__(self, jvm, configuration, names):
        self.jvm, self.configuration, self.names = jvm, configuration, names
        self.number = self.file = None

    def copy(self, number, begin, end, to):
        if self.number != number:
            self.close()
            path = self.jvm.org.apache.hadoop.fs.Path(self.names[number])
            self.number, self.file = number, path.getFileSystem(self.configuration).open(path)
        self.file.seek(begin)
        if self.jvm.org.apache.commons.io.IOUtils.copyLarge(self.file, to, 0, end - begin) < end - begin:
            raise Failed(f"input {number + 1} ends before byte {end}: it was cut short after it was planned")

    def close(self):
        if self.file is not None:
            self.file.close()
        self.number = self.file = None


def start_jvm(class_path, java_home):
    """A JVM as the executor's, which ends with this process."""
    from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway
    from pyspark import SparkFiles

    # What --packages and --jars have brought is in the executor's folder of files, and not in its class path.
    class_path = os.pathsep.join([class_path, *glob.glob(os.path.join(SparkFiles.getRootDirectory(), "*.jar"))])
    jar = next(entry for entry in class_path.split(os.pathsep) if os.path.basename(entry).startswith("py4j"))
    java, options = os.path.join(java_home, "bin", "java"), ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    os.environ.setdefault("HADOOP_USER_NAME", os.environ.get("SPARK_USER", ""))
    port, token = launch_gateway(jarpath=jar, classpath=class_path, javaopts=options, java_path=java, die_on_exit=True, enable_auth=True)
    return JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))


# On executors.


def scan_part(task, part, row):
    """Scans a part and gives the bytes of its file."""
    shared = task["shared"].value
    # Spark deletes its local folders in the end, also those of tasks that were killed.
    local = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or None
    with tempfile.TemporaryDirectory(prefix="leaktrace-", dir=local) as folder, tempfile.TemporaryFile(dir=local) as stderr:
        plan, out = os.path.join(folder, "plan.json"), os.path.join(folder, "part.ltp")
        with open(plan, "wb") as file:
            file.write(shared["plan"])
        command = leaktrace(task["binary"], "scan", "--plan", plan, "--part", str(part["id"]), "-o", out, *task["arguments"])
        command += repeated("--index", map(located, task["indexes"]))
        command += ["--begins", str(part["begins"])] if "begins" in part else []
        if shared["names"] is None:
            code = run_alone(command, stderr)
        else:
            gateway = start_jvm(row["class_path"], row["home"])
            try:
                configuration = gateway.jvm.org.apache.hadoop.conf.Configuration(False)
                configuration.addResource(gateway.jvm.java.io.ByteArrayInputStream(shared["configuration"]))
                code = run_served(Hadoop(gateway.jvm, configuration, shared["names"]), command, stderr)
            finally:
                quietly(gateway.shutdown)
        check(code, [0], "scan", stderr)
        with open(out, "rb") as file:
            return file.read()


def check(code, expected, command, stderr):
    if code not in expected:
        stderr.seek(0)
        raise Failed(f"leaktrace {command} ended with exit code {code}\n{stderr.read().decode(errors='replace')}")


def scanner(task):
    """What Spark runs: rows of numbers in, rows of scanned parts out."""

    def scan(batches):
        import pyarrow

        for row in (row for batch in batches for row in batch.to_pylist()):
            part = task["parts"][row["id"]]
            try:
                scanned = scan_part(task, part, row)
            except Exception as error:
                kind = "" if isinstance(error, Failed) else f"{type(error).__name__}: "
                # `told` finds what is between the braces in what Spark makes of it.
                raise RuntimeError(f"{{{{{described(part)}: {kind}{str(error)[-TOLD:]}}}}}") from None
            yield pyarrow.RecordBatch.from_pydict({"id": [part["id"]], "scanned": [scanned]})

    return scan


def described(part):
    return f"part {part['id']} (input {part['input'] + 1}, bytes {part['from']} to {part['to']})"


# On the driver.


class Job:
    """A scan: its plan, its parts, its merge."""

    def __init__(self, spark, args, work):
        self.spark, self.args, self.work = spark, args, work
        self.plan = os.path.join(work, "plan.json")

    def run(self):
        shared = self.make_plan()
        parts = json.loads(shared["plan"])["parts"]
        self.shared = self.spark.sparkContext.broadcast(shared)
        self.scan(parts)
        # A part whose first row was guessed wrong is scanned again from where the merge says.
        for _ in range(len(parts) + 1):
            code, stderr = self.merge(parts)
            again = re.search(r"scan part (\d+) again with --begins (\d+)", stderr)
            if code != 2 or not again:
                break
            number, begins = map(int, again.groups())
            self.scan([part | {"begins": begins} for part in parts if part["id"] == number])
        return code

    def make_plan(self):
        """Has the plan written; gives what all tasks share: it, and for URIs the names of files and Hadoop's configuration."""
        shared = {"names": None}
        command = leaktrace(self.args.binary, "inspect", "--plan", self.plan, "--part-size", self.args.part_size, *handed(self.args, READING))
        run, more = run_alone, self.args.dumps
        if is_uri(self.args.dumps[0]):
            jvm, configuration = self.spark._jvm, self.spark.sparkContext._jsc.hadoopConfiguration()
            files = self.list_files(jvm, configuration)
            text = jvm.java.io.StringWriter()
            configuration.writeXml(text)
            shared = {"names": [file["name"] for file in files], "configuration": text.toString().encode()}
            run = functools.partial(run_served, Hadoop(jvm, configuration, shared["names"]))
            more = ["--served", os.path.join(self.work, "files.json")]
            with open(more[1], "w", encoding="utf-8") as file:
                json.dump(files, file)
        with tempfile.TemporaryFile() as stderr:
            # 3: something cannot be read, which the ledger of the result will say.
            check(run([*command, *more], stderr), [0, 3], "inspect", stderr)
        with open(self.plan, "rb") as file:
            return shared | {"plan": file.read()}

    def list_files(self, jvm, configuration):
        """The files that the URIs stand for; those of a pattern or a folder by name."""
        out = []
        for dump in self.args.dumps:
            path, found = jvm.org.apache.hadoop.fs.Path(dump), {}
            system = path.getFileSystem(configuration)
            for status in system.globStatus(path) or []:
                files = system.listFiles(status.getPath(), True)
                while files.hasNext():
                    file = files.next()
                    found[file.getPath().toString()] = file.getLen()
            if not found:
                raise Failed(f"there is no file at {dump}")
            out += [{"name": name, "bytes": length} for name, length in sorted(found.items())]
        return out

    def scan(self, parts):
        """Scans parts on the cluster and writes their files on the driver."""
        from pyspark import StorageLevel
        from pyspark.sql.functions import expr

        # The largest first, so that none is left alone at the end.
        parts = sorted(parts, key=lambda part: -part["bytes"])
        args, served = self.args, is_uri(self.args.dumps[0])
        keep = [what for what, wanted in (("affected", args.report), ("fingerprint", args.fingerprint or args.library)) if wanted]
        # A task has so many cores.
        arguments = ["--threads", self.spark.conf.get("spark.task.cpus", "1"), *repeated("--key", args.key_file), *handed(args, SCANNING)]
        arguments += [f"--keep={what}" for what in keep] + (["--served"] if served else args.dumps)
        task = {"parts": parts, "shared": self.shared, "binary": args.binary, "indexes": args.index, "arguments": arguments}
        rows = self.spark.range(0, len(parts), 1, len(parts))
        for name in ("class_path", "home") if served else ():
            # Evaluated by the executor.
            rows = rows.withColumn(name, expr(f"java_method('java.lang.System', 'getProperty', 'java.{name.replace('_', '.')}')"))
        scanned = rows.mapInArrow(scanner(task), "id long, scanned binary").persist(StorageLevel.DISK_ONLY_2)
        # Of the tasks that scan, each has one part; of those that bring parts here, several.
        one_a_task = True
        try:
            self.watch(scanned, len(parts))
            one_a_task = False
            for row in scanned.coalesce(-(-len(parts) // FETCHED)).toLocalIterator():
                with open(self.part_file(row["id"]), "wb", opener=functools.partial(os.open, mode=0o600)) as file:
                    file.write(row["scanned"])
        except Exception as error:
            raise Failed(told(str(error), parts if one_a_task else [])) from error
        finally:
            scanned.unpersist()

    def watch(self, scanned, number):
        """Has Spark scan, and tells how far it is: in some hundred lines, and one for each attempt that fails."""
        context = self.spark.sparkContext
        tracker, last = context.statusTracker(), None

        def act():
            context.setJobGroup("leaktrace", f"leaktrace: {number} parts", interruptOnCancel=True)
            scanned.write.format("noop").mode("overwrite").save()

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            acting = pool.submit(act)
            while not acting.done():
                concurrent.futures.wait([acting], timeout=0.5)
                jobs = filter(None, map(tracker.getJobInfo, tracker.getActiveJobsIds()))
                stages = [stage for job in jobs for stage in map(tracker.getStageInfo, job.stageIds) if stage]
                for stage in stages:
                    state = stage.numCompletedTasks * 100 // number, stage.numFailedTasks
                    if state != last:
                        failed = f", failed attempts: {stage.numFailedTasks}" if stage.numFailedTasks else ""
                        say(self.spark, f"leaktrace: {stage.numCompletedTasks} of {number} parts done{failed}")
                    last = state
            acting.result()
        say(self.spark, f"leaktrace: {number} of {number} parts done")

    def part_file(self, number):
        return os.path.join(self.work, f"part-{number}.ltp")

    def merge(self, parts):
        """Merges; gives the exit code and standard error, which is passed on."""
        args = self.args
        command = leaktrace(args.binary, "merge", *(self.part_file(part["id"]) for part in parts), "--plan", self.plan)
        command += repeated("--index", map(located, args.index)) + repeated("--key", args.key_file) + handed(args, MERGING)
        command += repeated("--dump", args.dumps) if args.report else []
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        if done.stderr:
            say(self.spark, done.stderr.rstrip())
        return done.returncode, done.stderr


def told(error, parts):
    """Why Spark gave up, in the words of the part that failed."""
    by_part = re.search(r"\{\{(part \d+ .*?)\}\}", error, re.DOTALL)
    by_task = re.search(r"Task (\d+) in stage .*", error)
    if by_part:
        return f"{by_part[1].strip()}\n  tried:    as often as spark.task.maxFailures says"
    if by_task and int(by_task[1]) < len(parts):
        return f"{described(parts[int(by_task[1])])}: {by_task[0]}"
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
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        # Python's own exit code would be 1, which says that somebody is supported.
        print(f"leaktrace: {type(error).__name__}: {error}", file=sys.stderr)
        code = 2
    sys.exit(code)
