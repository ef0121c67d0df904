#!/usr/bin/env python3
"""How the scan's speed changes with threads, index size, hit rate and row width: measures and draws benches/scaling.svg.

    python3 benches/peers/scaling.py             10 million rows; up to 8 GB of disk at a time, under target/
    python3 benches/peers/scaling.py --quick     1 million rows, small indexes
    python3 benches/peers/scaling.py --draw      only draws the last measurement again

Each point is the median of whole runs of `scan --json`, from process start to end, after one that is not counted; the bar is
the range. Every run's hits are compared with the truth. Run it on an idle machine. One curve changes, the rest stays at the
standard: all cores, 2 million records, 30% of rows about a record, and for the row widths the same four identifiers among
more columns, with fewer rows where these are longer.
"""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

import common
from common import say


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument(
        "--records",
        type=int,
        nargs="+",
        default=[200_000, 2_000_000, 20_000_000],
        help="index sizes; the middle one is the standard of the other curves",
    )
    parser.add_argument("--hits", type=int, nargs="+", default=[0, 10, 30, 60, 100], help="percent")
    parser.add_argument("--columns", type=int, nargs="+", default=[4, 9, 30])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="1 million rows, 20,000 to 2 million records")
    parser.add_argument("--keep", action="store_true", help="keep the files for the next time (about 20 GB)")
    parser.add_argument("--draw", action="store_true", help="measure nothing")
    parser.add_argument("--svg", type=Path, default=common.ROOT / "benches" / "scaling.svg")
    asked = parser.parse_args()
    if asked.quick:
        asked.rows, asked.records = 1_000_000, [20_000, 200_000, 2_000_000]
    return asked


def plan(asked):
    """Every point: curve, x, what the files hold (rows, records, layout, percent of hits), threads."""
    cores = os.cpu_count()
    rows, records = asked.rows, asked.records[len(asked.records) // 2]
    # 1, 2, 4, … and all cores.
    for threads in sorted({min(1 << n, cores) for n in range(cores.bit_length() + 1)}):
        yield "threads", threads, (rows, records, "standard", 30), threads
    for size in asked.records:
        yield "records", size, (rows, size, "standard", 30), cores
    for hits in asked.hits:
        yield "hits", hits, (rows, records, "standard", hits), cores
    for columns in asked.columns:
        # Ten million rows of nine columns and four million of thirty are both 1.2 GB.
        yield "columns", columns, (min(rows, rows * 12 // columns), records, str(columns), 30), cores


def measure(tools, asked):
    """Curves by name; files are made once and deleted before the next, and what several curves share is measured once."""
    points = list(plan(asked))
    measured = {}
    for held in dict.fromkeys(held for _, _, held, _ in points):
        files = common.files(tools, *held)
        for threads in sorted({point[3] for point in points if point[2] == held}):
            runs = [common.scan(tools, files, threads)["seconds"] for _ in range(asked.runs + 1)]
            seconds = common.spread(runs[1:])
            say(f"  {threads} threads: {seconds['median']:.2f} s ({seconds['min']:.2f} to {seconds['max']:.2f})")
            measured[held, threads] = {"bytes": files["bytes"], "rows": files["rows"], "seconds": seconds}
        if not asked.keep:
            common.remove(files)
    curves = {}
    for curve, x, held, threads in points:
        curves.setdefault(curve, []).append({"x": x, **measured[held, threads]})
    return curves


def main():
    asked = arguments()
    out = common.WORK / "scaling.json"
    if not asked.draw:
        curves = measure(common.Tools(), asked)
        command = shlex.join(["python3", "benches/peers/scaling.py", *sys.argv[1:]])
        found = {"machine": common.machine(), "command": command, "runs": asked.runs, "curves": curves}
        out.write_text(json.dumps(found, indent=1) + "\n")
    common.call([common.python_with_peers(), common.HERE / "draw.py", out, asked.svg], "the curves cannot be drawn:")
    say(f"measured: {out}\ndrawn: {asked.svg}")


if __name__ == "__main__":
    main()
