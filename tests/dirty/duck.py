"""Reads files as DuckDB does without any hint; one JSON document a line: the columns and the rows, or the kind of error."""

import json
import sys

import duckdb

for path in sys.stdin.read().split("\n"):
    if not path:
        continue
    try:
        found = duckdb.sql(f"select * from read_csv('{path}', all_varchar = true)")
        names, rows = found.columns, [["" if c is None else c for c in row] for row in found.fetchall()]
        print(json.dumps({"header": names, "rows": rows}))
    except Exception as error:
        print(json.dumps({"error": type(error).__name__}))
