#!/usr/bin/env python3
"""The same dump in other formats: the scan beside DuckDB, ClickHouse and the decompression libraries alone.

    python3 benches/peers/formats.py                    10 million rows, about 1 GB each
    python3 benches/peers/formats.py --quick            1 million rows, 200,000 records
    python3 benches/peers/formats.py --format mysql     one of them

Each file is written from the plain dump of run.py, line by line, and holds the same values, so the counts are the same. The other
programs read what they have a reader for. Of packed files, the library that leaktrace unpacks with is timed alone
(`benches/unpack.rs`), and so is ISA-L (PyPI: isal). It runs like run.py: engines in turn, the first turn not counted.
"""

import argparse
import gzip
import json
import shlex
import subprocess
import sys
from pathlib import Path

import common
from common import fail, say
from run import megabytes, summary

# Rows of an INSERT: mysqldump writes about a megabyte each.
EXTENDED = 8000

ENGINES = {
    "leaktrace": "leaktrace, whole process",
    "duckdb": "DuckDB, plain text",
    "clickhouse": "ClickHouse (chdb), plain text",
    "unpack": "the same decompression library alone",
    "isal": "ISA-L (PyPI: isal) alone",
}


def rows(source):
    with open(source, encoding="utf-8", newline="\n") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split(",")


def columns_of(source):
    with open(source, encoding="utf-8") as lines:
        return next(lines).rstrip("\n").split(",")


def mysql(source, out):
    columns = columns_of(source)
    made = ",\n".join(f"  `{column}` varchar(255) DEFAULT NULL" for column in columns)
    out.write(f"-- MySQL dump 10.13  Distrib 8.0.36\n\nDROP TABLE IF EXISTS `members`;\nCREATE TABLE `members` (\n{made}\n);\n\n")
    held = []
    for cells in rows(source):
        held.append("('" + "','".join(cells) + "')")
        if len(held) == EXTENDED:
            out.write("INSERT INTO `members` VALUES " + ",".join(held) + ";\n")
            held.clear()
    if held:
        out.write("INSERT INTO `members` VALUES " + ",".join(held) + ";\n")
    out.write("\n-- Dump completed on 2026-11-01 12:00:00\n")


def copy(source, out):
    names = ", ".join(columns_of(source))
    out.write(f"--\n-- PostgreSQL database dump\n--\n\nCOPY public.members ({names}) FROM stdin;\n")
    out.writelines("\t".join(cells) + "\n" for cells in rows(source))
    out.write("\\.\n\n--\n-- PostgreSQL database dump complete\n--\n")


def jsonl(source, out):
    names = columns_of(source)
    for cells in rows(source):
        out.write(json.dumps(dict(zip(names, cells)), separators=(",", ":"), ensure_ascii=False) + "\n")


def text(source, out):
    places = {name: place for place, name in enumerate(columns_of(source))}
    for number, cells in enumerate(rows(source)):
        name, city = cells[places["name"]], cells[places["city"]]
        mail, phone, nik = cells[places["email"]], cells[places["phone"]], cells[places["nik"]]
        out.write(f"{name} of {city} wrote from <{mail}> that the number {phone} is hers; the clerk noted {nik} and said so.\n")


def packed(opened):
    def write(source, path):
        with open(source, "rb") as plain, opened(path) as out:
            while chunk := plain.read(1 << 20):
                out.write(chunk)

    return write


def zst(path):
    import zstandard

    return zstandard.ZstdCompressor(level=3).stream_writer(open(path, "wb"), closefd=True)


# What writes it, whether as text, and the engines that read it. Of free text no member number can be told; ClickHouse 26.9, which has a
# reader of MySQL dumps, loses a row in a thousand of these, and so is not timed.
FORMATS = {
    "mysql": ("sql", mysql, True, []),
    "copy": ("sql", copy, True, []),
    "jsonl": ("jsonl", jsonl, True, ["duckdb", "clickhouse"]),
    "text": ("log", text, True, []),
    "gz": ("csv.gz", packed(lambda path: gzip.open(path, "wb", compresslevel=6)), False, ["unpack", "isal"]),
    "zst": ("csv.zst", packed(zst), False, ["unpack"]),
}


def write(name, described):
    """The dump in this format; written once."""
    ending, writer, as_text, _ = FORMATS[name]
    plain = Path(described["dump"])
    path = plain.with_name(f"{name}.{ending}")
    done = path.with_name(path.name + ".written")
    # A new dump makes what was written of an old one worthless.
    if done.exists() and done.stat().st_mtime >= plain.stat().st_mtime:
        return path
    say(f"writing {path.name}")
    common.need_disk(2 * described["bytes"] + (1 << 30))
    if as_text:
        with open(path, "w", encoding="utf-8", newline="\n") as out:
            writer(plain, out)
    else:
        writer(plain, path)
    done.touch()
    return path


def once(engine, name, tools, described, threads):
    if engine == "leaktrace":
        return common.scan(tools, described, threads)
    if engine == "unpack":
        out = common.call([tools.unpack, "--bench", "--file", described["dump"], "--runs", 1], "it cannot be unpacked:")
        return {"seconds": float(out.split()[-1])}
    engines = Path(__file__).with_name("engines.py")
    run = common.timed([tools.python, engines, f"{engine}_{name}" if engine != "isal" else "isal", described["file"], threads])
    if run["exit"] != 0:
        fail(f"{engine} ends with {run['exit']}:\n{run['errors'][-2000:]}")
    run.update(json.loads(run["out"].splitlines()[-1]))
    if engine != "isal":
        common.check(engine, run["hits"], described)
    return run


def measure(name, asked, tools, plain):
    dump = write(name, plain)
    described = {**plain, "dump": str(dump), "bytes": dump.stat().st_size}
    if name == "text":
        # What no recogniser knows is not found in prose.
        described["hits"] = [*plain["hits"][:3], 0]
    described["file"] = str(dump.with_suffix(".json"))
    Path(described["file"]).write_text(json.dumps(described))
    engines = ["leaktrace", *FORMATS[name][3]]
    runs = {engine: [] for engine in engines}
    for turn in range(asked.runs + 1):
        for engine in engines:
            run = once(engine, name, tools, described, asked.threads)
            say(f"{name}, {engine}, {f'run {turn}' if turn else 'first pass'}: {run['seconds']:.2f} s")
            if turn:
                runs[engine].append(run)
    if asked.clean:
        dump.unlink()
    return {"files": described, "engines": {engine: summary(found) for engine, found in runs.items()}}


def table(results):
    lines = ["| format, size | engine | median (min–max) | GB/s of the file | time, leaktrace = 1 | memory without mapped files |", "|---" * 6 + "|"]
    for name, found in results.items():
        base = found["engines"]["leaktrace"]["seconds"]["median"]
        for engine, run in found["engines"].items():
            seconds, size = run["seconds"], found["files"]["bytes"] / 1e9
            lines.append(
                f"| {name}, {size:.2f} GB | {ENGINES[engine]} | {seconds['median']:.2f} s ({seconds['min']:.2f}–{seconds['max']:.2f})"
                f" | {size / seconds['median']:.2f} | {seconds['median'] / base:.2f} | {megabytes(run['private'])} |"
            )
    return lines


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", action="append", choices=[*FORMATS], help="may be repeated; all by default")
    return common.measured(parser, 3)


def main():
    asked = arguments()
    python = common.python_with_peers()
    if Path(sys.prefix) != python.parent.parent:
        # What packs the files is installed there alone.
        sys.exit(subprocess.run([python, *sys.argv]).returncode)
    tools = common.Tools()
    tools.unpack = common.built("unpack", ["bench", "--no-run", "--bench", "unpack"])
    plain = common.files(tools, asked.rows, asked.records)
    results = {name: measure(name, asked, tools, plain) for name in asked.format or FORMATS}
    print("\n".join(table(results)), end="\n\n")
    own = common.call([tools.leaktrace, "--version"], "leaktrace does not start:").strip()
    engines = [run for found in results.values() for run in found["engines"].values()]
    versions = list(dict.fromkeys([own, *(run["version"] for run in engines if run["version"])]))
    command = shlex.join(["python3", "benches/peers/formats.py", *sys.argv[1:]])
    print(
        f"{common.machine()}; {', '.join(versions)}; {asked.threads} threads; median of {asked.runs}, engines in turn, page cache"
        f" warm; every count equal to the truth; `{command}`."
    )


if __name__ == "__main__":
    main()
