#!/usr/bin/env python3
"""The scan beside DuckDB, Polars and ClickHouse, on the same file, in the same session.

    python3 benches/peers/run.py                            10 million rows, 1.24 GB
    python3 benches/peers/run.py --workload all             all workloads (see WORKLOADS)
    python3 benches/peers/run.py --quick                    1 million rows, 200,000 records

It needs a Rust toolchain, Python 3.10 or later, the network once (pip), and about 2 GB of disk a workload besides 2 GB for
the other programs; all of it goes under target/. Run it on an idle machine.

The engines run in turn, each in a process of its own, and after a first round that is not counted the turns are repeated.
leaktrace does the whole of `scan --json` (digest, normalising, keyed hashes, corroboration, verdict) and is timed from the
start of its process to its end. The others count exact matches of the text, and are timed for that one query alone: their
start and the loading of the records are not counted. All must count the hits that the generator says there are.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

import common
from common import fail, say

# Layout, percent of rows about a record, and thousandths of --rows that make about as many bytes.
WORKLOADS = {
    "standard": ("standard", 30, 1000),
    "hits0": ("standard", 0, 1000),
    "hits100": ("standard", 100, 1000),
    "quoted": ("quoted", 30, 1000),
    "crlf": ("crlf", 30, 1000),
    "wide": ("30", 30, 400),
}

ENGINES = {
    "leaktrace": "leaktrace, whole process",
    "duckdb": "DuckDB, plain text",
    "duckdb_sha256": "DuckDB, SHA-256",
    "polars": "Polars, plain text",
    "clickhouse": "ClickHouse (chdb), plain text",
    "memchr": "`memchr2`, one pass",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", action="append", choices=[*WORKLOADS, "all"], help="may be repeated")
    parser.add_argument("--engine", action="append", choices=[*ENGINES], help="may be repeated; leaktrace always runs")
    asked = common.measured(parser, 5)
    chosen = asked.workload or ["standard"]
    asked.workload = [*WORKLOADS] if "all" in chosen else chosen
    asked.engine = [e for e in ENGINES if e == "leaktrace" or not asked.engine or e in asked.engine]
    return asked


def peer(engine, tools, described, threads):
    run = common.timed([tools.python, Path(__file__).with_name("engines.py"), engine, described["file"], threads])
    if run["exit"] != 0:
        fail(f"{engine} ends with {run['exit']}:\n{run['errors'][-2000:]}")
    run.update(json.loads(run["out"].splitlines()[-1]))
    common.check(engine, run["hits"], described)
    return run


def once(engine, tools, described, threads):
    if engine == "leaktrace":
        return common.scan(tools, described, threads)
    if engine == "memchr":
        # Always two threads: the measure that the scan's target is given in.
        out = common.call(
            [tools.bench, "--bench", "--memchr", described["dump"], "--runs", 1], "memchr2 cannot be timed:"
        )
        return {"seconds": float(out.split()[-1])}
    return peer(engine, tools, described, threads)


def measure(workload, asked, tools):
    layout, hits, share = WORKLOADS[workload]
    described = common.files(tools, asked.rows * share // 1000, asked.records, layout, hits)
    runs = {engine: [] for engine in asked.engine}
    for turn in range(asked.runs + 1):
        for engine in asked.engine:
            run = once(engine, tools, described, asked.threads)
            say(f"{workload}, {engine}, {f'run {turn}' if turn else 'first pass'}: {run['seconds']:.2f} s")
            if turn:
                runs[engine].append(run)
    if asked.clean:
        common.remove(described)
    return {"files": described, "engines": {engine: summary(runs[engine]) for engine in runs}}


def summary(runs):
    found = {"seconds": common.spread([run["seconds"] for run in runs])}
    for memory in ("resident", "private"):
        values = [run[memory] for run in runs if run.get(memory)]
        found[memory] = max(values) if values else None
    found["version"] = runs[0].get("version")
    return found


def megabytes(size):
    return f"{size / 1e6:,.0f} MB" if size else "-"


def table(workload, found):
    """One workload, an engine a line."""
    files, engines = found["files"], found["engines"]
    base = engines["leaktrace"]["seconds"]["median"]
    lines = [
        f"**{workload}**: {files['rows']:,} rows of {files['columns']} columns, {files['bytes'] / 1e9:.2f} GB,"
        f" against {files['records_count']:,} records",
        "",
        "| engine | median (min–max) | GB/s | time, leaktrace = 1 | peak memory | without mapped files |",
        "|---|---|---|---|---|---|",
    ]
    for engine, run in engines.items():
        seconds = run["seconds"]
        lines.append(
            f"| {ENGINES[engine]} | {seconds['median']:.2f} s ({seconds['min']:.2f}–{seconds['max']:.2f})"
            f" | {files['bytes'] / seconds['median'] / 1e9:.2f} | {seconds['median'] / base:.2f}"
            f" | {megabytes(run['resident'])} | {megabytes(run['private'])} |"
        )
    return lines


def overview(results):
    """A workload a line, with the median seconds of each engine."""
    engines = list(next(iter(results.values()))["engines"])
    lines = [
        "| seconds, median | " + " | ".join(ENGINES[engine] for engine in engines) + " |",
        "|---" * (len(engines) + 1) + "|",
    ]
    for workload, found in results.items():
        cells = [f"{found['engines'][engine]['seconds']['median']:.2f}" for engine in engines]
        lines.append(f"| {workload}, {found['files']['bytes'] / 1e9:.2f} GB | " + " | ".join(cells) + " |")
    return lines


def main():
    asked = arguments()
    tools = common.Tools()
    results = {workload: measure(workload, asked, tools) for workload in asked.workload}
    engines = next(iter(results.values()))["engines"].values()
    own = common.call([tools.leaktrace, "--version"], "leaktrace does not start:").strip()
    about = {
        "machine": common.machine(),
        "versions": list(dict.fromkeys([own, *(run["version"] for run in engines if run["version"])])),
        "command": shlex.join(["python3", "benches/peers/run.py", *sys.argv[1:]]),
        "runs": asked.runs,
        "threads": asked.threads,
    }
    out = common.WORK / "results.json"
    out.write_text(json.dumps({**about, "workloads": results}, indent=1) + "\n")
    for workload, found in results.items():
        print("\n".join(table(workload, found)), end="\n\n")
    if len(results) > 1:
        print("\n".join(overview(results)), end="\n\n")
    print(
        f"{about['machine']}; {', '.join(about['versions'])}; {asked.threads} threads; median of {asked.runs}, engines in"
        f" turn, page cache warm; every count equal to the truth; `{about['command']}`."
    )
    say(f"written to {out}")


if __name__ == "__main__":
    main()
