"""What the comparison and the scaling curves share: tools, files, one timed process."""

import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "target"
WORK = TARGET / "peers"


def fail(message):
    sys.exit(f"error: {message}")


def say(message):
    print(message, file=sys.stderr, flush=True)


def measured(parser, runs):
    """The arguments that every comparison of engines takes, beside those that `parser` has; parsed."""
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--quick", action="store_true", help="1 million rows, 200,000 records")
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clean", action="store_true", help="delete files once they are measured")
    asked = parser.parse_args()
    if asked.quick:
        asked.rows, asked.records = 1_000_000, 200_000
    if min(asked.rows, asked.records, asked.runs, asked.threads) < 1:
        parser.error("rows, records, runs and threads are one or more")
    return asked


def call(command, expected):
    """Runs a command to its end; what it wrote to standard output."""
    try:
        done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        fail(f"{command[0]} is not installed, or not on the path")
    if done.returncode != 0:
        fail(f"{expected}\n{done.stderr.strip()[-2000:]}")
    return done.stdout


class Tools:
    """The programs of a measurement, made ready."""

    def __init__(self):
        self.python = python_with_peers()
        say("building leaktrace")
        # The bench makes the files. The program comes second: built as its users build it, without what benches need.
        self.bench = built("end_to_end", ["bench", "--no-run", "--bench", "end_to_end"])
        self.leaktrace = built("leaktrace", ["build", "--release"])


def built(name, command):
    """Has cargo build a program; where it is."""
    command = ["cargo", *command, "--locked", "--message-format", "json"]
    lines = call(command, f"{name} cannot be built:").splitlines()
    for message in map(json.loads, filter(lambda line: line.startswith("{"), lines)):
        if message.get("executable") and message["target"]["name"] == name:
            return message["executable"]
    fail(f"cargo does not tell where {name} is")


def python_with_peers():
    """The Python of our own environment under target/, made when it is missing or the pins have changed."""
    pins = (HERE / "requirements.txt").read_bytes()
    folder = WORK / "venv"
    python, stamp = folder / "bin" / "python", folder / "installed"
    digest = hashlib.sha256(pins).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return python
    say(f"installing {', '.join(pins.decode().split())}")
    need_disk(3 << 30)
    try:
        venv.create(folder, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        hint = "on Debian: apt install python3-venv"
        fail(f"no virtual environment can be made ({hint}): {error}")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call(
        [*install, "--requirement", HERE / "requirements.txt"],
        "pip cannot install the other programs; it needs the network, or an index that PIP_INDEX_URL names:",
    )
    stamp.write_text(digest)
    return python


def need_disk(size):
    TARGET.mkdir(exist_ok=True)
    free = shutil.disk_usage(TARGET).free
    if free < size:
        fail(f"{TARGET} has {free / 1e9:.1f} GB free, and {size / 1e9:.1f} GB are needed")


def files(tools, rows, records, layout="standard", hits=30):
    """Writes a dump, the records and their index, unless they are there; what they are."""
    columns = int(layout) if layout.isdigit() else 9
    # Bytes of a row, at most, and those of a record in the index and while it is built.
    need_disk((rows + records) * (100 + 9 * (columns - 4)) + records * 200)
    say(f"files: {layout}, {hits}% hits, {rows:,} rows, {records:,} records")
    asked = ["--layout", layout, "--hits", hits, "--rows", rows, "--records", records]
    out = call([tools.bench, "--bench", "--files", *asked], "the files cannot be written:")
    truth = Path(out.splitlines()[-1])
    return {"file": str(truth), **json.loads(truth.read_text())}


def remove(described):
    shutil.rmtree(Path(described["dump"]).parent)


def timed(command):
    """Runs a process: seconds from start to end, peak memory, exit code, output.

    `resident` is what the system counts as the process's memory, pages of mapped
    files included; `private` leaves these out (sampled, Linux only).
    """
    seen = [0]

    def sample(process, stop):
        while not stop.wait(0.01):
            try:
                status = Path(f"/proc/{process}/status").read_text()
            except OSError:
                return
            now = [
                int(line.split()[1]) * 1024
                for line in status.splitlines()
                if line.startswith(("RssAnon:", "RssShmem:"))
            ]
            seen[0] = max(seen[0], sum(now))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        stop = threading.Event()
        sampler = threading.Thread(target=sample, args=(process.pid, stop))
        sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        stop.set()
        sampler.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        return {
            "seconds": seconds,
            "resident": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            "private": seen[0] or None,
            "exit": process.returncode,
            "out": out.read().decode(),
            "errors": errors.read().decode(errors="replace"),
        }


def scan(tools, described, threads):
    """The whole program, from start to end, on a dump; fails when it does not count the truth."""
    document = Path(described["dump"]).with_name("scan.json")
    document.unlink(missing_ok=True)
    command = [tools.leaktrace, "scan", described["dump"], "--index", described["index"]]
    command += ["--key", described["key"], "--threads", threads, "--json", document]
    run = timed(command)
    # 1: the rows support the institution; 0: they do not, or there are no hits.
    if run["exit"] not in (0, 1):
        fail(f"leaktrace ends with {run['exit']}:\n{run['errors'][-2000:]}")
    counts = json.loads(document.read_text())["institutions"][0]["hits"]
    run["hits"] = [counts[str(field)] for field in described["fields"]]
    check("leaktrace", run["hits"], described)
    return run


def check(name, hits, described):
    if hits != described["hits"]:
        fail(f"{name} counts {hits}; the truth is {described['hits']}")


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def machine():
    """What the figures were measured on, in words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = models[0] if models else model
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{model}, {os.cpu_count()} cores, {memory / 1e9:.0f} GB memory, {system}, kernel {platform.release()}"
