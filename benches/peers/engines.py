"""One engine, in a process of its own: loads the records, then times one query over the dump.

Run by run.py as `python engines.py ENGINE TRUTH THREADS`; prints one JSON object. Every engine is given what it is
fastest with, of what we tried (README.md beside this file has the list): names and types of the columns are known to
it, the records lie in memory in the form that it searches best, and only the query is timed.
"""

import csv
import json
import os
import sys
import time


def header(path):
    with open(path, newline="") as lines:
        return next(csv.reader(lines))


def duckdb(files, threads, wrap="{}"):
    """`wrap` is what is done to a value on both sides."""
    import duckdb

    columns = files["identifiers"]
    db = duckdb.connect()
    db.execute(f"set threads = {threads}")

    def read(path):
        return f"read_csv('{path}', all_varchar = true, header = true)"

    values = ", ".join(f"{wrap.format(column)} as {column}" for column in columns)
    db.execute(f"create table records as select {values} from {read(files['records'])}")
    counts = ", ".join(
        f"count(*) filter ({wrap.format(column)} in (select {column} from records))" for column in columns
    )
    query = f"select {counts} from {read(files['dump'])}"
    return f"DuckDB {duckdb.__version__}", lambda: db.execute(query).fetchone()


def duckdb_sha256(files, threads):
    return duckdb(files, threads, "sha256({})")


def polars(files, threads):
    # Read when the library is loaded.
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    columns = files["identifiers"]
    records = polars.read_csv(files["records"], columns=columns, infer_schema=False)

    def query():
        dump = polars.scan_csv(files["dump"], infer_schema=False)
        counts = [
            dump.select(column).join(records.lazy().select(column), on=column, how="semi").select(polars.len())
            for column in columns
        ]
        # The four share one reading of the file. The default, to stream, takes nearly twice as long here.
        return [count.item() for count in polars.collect_all(counts, engine="in-memory")]

    return f"Polars {polars.__version__}", query


def clickhouse(files, threads, dump_format="CSVWithNames", parallel=None):
    """`dump_format` is that of the dump; the records are CSV. `parallel` where it is known whether parsing in parallel pays."""
    import chdb
    from chdb.session import Session

    columns = files["identifiers"]
    session = Session()

    def table(path, of_format="CSVWithNames"):
        structure = ", ".join(f"{column} String" for column in header(files["records"]))
        return f"file('{path}', '{of_format}', '{structure}')"

    session.query(f"set max_threads = {threads}")
    # Parsing in parallel pays for wide rows only.
    pays = len(header(files["records"])) > 16 if parallel is None else parallel
    session.query(f"set input_format_parallel_parsing = {int(pays)}")
    session.query("create database peers")
    for column in columns:
        session.query(f"create table peers.{column} (value String) engine = Set")
        rows = f"select {column} from {table(files['records'])}"
        session.query(f"insert into peers.{column} {rows}")
    counts = ", ".join(f"countIf({column} in peers.{column})" for column in columns)
    query = f"select {counts} from {table(files['dump'], dump_format)}"

    def run():
        return next(csv.reader([str(session.query(query, "CSV"))]))

    return f"chdb {chdb.__version__} (ClickHouse {chdb.engine_version})", run


def duckdb_jsonl(files, threads):
    import duckdb

    columns = files["identifiers"]
    db = duckdb.connect()
    db.execute(f"set threads = {threads}")
    values = ", ".join(columns)
    db.execute(f"create table records as select {values} from read_csv('{files['records']}', all_varchar = true, header = true)")
    named = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
    counts = ", ".join(f"count(*) filter ({column} in (select {column} from records))" for column in columns)
    query = f"select {counts} from read_json('{files['dump']}', format = 'newline_delimited', columns = {{{named}}})"
    return f"DuckDB {duckdb.__version__}", lambda: db.execute(query).fetchone()


def clickhouse_jsonl(files, threads):
    return clickhouse(files, threads, "JSONEachRow", True)


def isal(files, threads):
    """No count: unpacks the file, on one thread."""
    from isal import igzip

    def query():
        with igzip.open(files["dump"], "rb") as packed:
            while packed.read(1 << 20):
                pass
        return []

    return f"isal {version_of('isal')}", query


def version_of(package):
    from importlib.metadata import version

    return version(package)


ENGINES = {"duckdb": duckdb, "duckdb_sha256": duckdb_sha256, "polars": polars, "clickhouse": clickhouse,
    "duckdb_jsonl": duckdb_jsonl, "clickhouse_jsonl": clickhouse_jsonl, "isal": isal}


def main():
    engine, truth, threads = sys.argv[1:]
    with open(truth) as described:
        files = json.load(described)
    version, query = ENGINES[engine](files, int(threads))
    begun = time.perf_counter()
    counts = query()
    seconds = time.perf_counter() - begun
    hits = [int(count) for count in counts]
    print(json.dumps({"version": version, "seconds": seconds, "hits": hits}))


if __name__ == "__main__":
    main()
