//! Examples behind the help of each command.

/// Of all.
pub const ALL: &str = "\
Start:
  leaktrace demo                     see the whole job on made-up data
  leaktrace keygen -o case.key       make a key for the case
  leaktrace schema records.csv > schema.toml
                                     propose what the columns hold; look it over
  leaktrace index records.csv --key case.key --schema schema.toml -o ours.ltx
  leaktrace scan dump.csv --index ours.ltx --key case.key --report report

Every option may stand in the environment (LEAKTRACE_KEY=case.key), in
leaktrace.toml of the current folder, or in leaktrace/config.toml of the user's
configuration folder; what is typed wins.";

/// Of `keygen`.
pub const KEYGEN: &str = "Example:
  leaktrace keygen -o case.key";

/// Of `schema`.
pub const SCHEMA: &str = "Example:
  leaktrace schema records.csv > schema.toml";

/// Of `index`.
pub const INDEX: &str = "Examples:
  leaktrace index records.csv --key case.key --schema schema.toml -o ours.ltx
  leaktrace index 2026-*.csv --key case.key --schema schema.toml \\
      --snapshot 2026-11-01 -o ours.ltx";

/// Of `verify`.
pub const VERIFY: &str = "Examples:
  leaktrace verify ours.ltx                    an index against its checksums
  leaktrace verify report                      a report against its manifest
  leaktrace verify report --public-key RWQ…    and its signature against a key
  leaktrace verify report --dump dump.csv --index ours.ltx --key case.key
                               the scan once more, compared file by file";

/// Of `scan`.
pub const SCAN: &str = "Examples:
  leaktrace scan dump.csv --index ours.ltx --key case.key
  leaktrace scan posted/ --index a.ltx --index b.ltx --key case.key \\
      --report report --case 2026-17
  leaktrace scan dump.sql.gz --index ours.ltx --key case.key --json -
  leaktrace scan dump.csv --index ours.ltx --key case.key --report laporan \\
      --lang id --aware-since 2026-11-20T09:30+07:00
  leaktrace scan sample.csv --index ours.ltx --key case.key \\
      --claim-rows 279000000

Exit codes: 0 complete, no institution supported; 1 at least one institution
supported; 2 usage or I/O error; 3 incomplete and nobody supported; 130
interrupted.";

/// Of `merge`.
pub const MERGE: &str = "Example:
  leaktrace inspect dump.csv --plan plan.json --part-size 1GB
  leaktrace scan dump.csv --plan plan.json --part 0 --index ours.ltx \\
      --key case.key -o part-0.ltp             one after the other, or anywhere
  leaktrace merge part-*.ltp --plan plan.json --index ours.ltx \\
      --key case.key --json result.json

Exit codes: as scan has them.";

/// Of `spark-job`.
pub const SPARK_JOB: &str = "Example:
  leaktrace spark-job > leaktrace_spark.py
  spark-submit --files leaktrace,ours.ltx leaktrace_spark.py /data/dump \\
      --index ours.ltx --key-file /secure/case.key --json result.json

Exit codes of the job: as scan has them.";

/// Of `watch`.
pub const WATCH: &str = "Examples:
  leaktrace watch incoming --index ours.ltx --key case.key \\
      --log watch.jsonl --reports reports
  leaktrace watch incoming --index ours.ltx --key case.key \\
      --log watch.jsonl --once                     what is there, then end
  leaktrace watch incoming --index ours.ltx --key case.key \\
      --log watch.jsonl -- notify-team {sequence} {verdict} {file}

Each file is in the log once, also when the watch was killed and started again.
The hook (behind --) is run for files that support an institution; after a
crash it may be run a second time, with the same {sequence}.

Exit codes: 0 told to end; with --once as scan has them; 2 usage or I/O error;
130 interrupted with --once.";

/// Of `report`.
pub const REPORT: &str = "Examples:
  leaktrace report report --report laporan --lang id       in Indonesian
  leaktrace report report --report signed --sign examiner.sec --tlp green
  leaktrace report scan.json --report report
                  from what scan --json wrote; without lists of records";

/// Of `affected`.
pub const AFFECTED: &str = "Example:
  leaktrace affected report/affected.csv --records records.csv \\
      --column customer_id -o notify.csv";

/// Of `inspect`.
pub const INSPECT: &str = "Examples:
  leaktrace inspect ours.ltx
  leaktrace inspect dump.csv --plan plan.json
                               then: leaktrace scan dump.csv --plan plan.json …
  leaktrace inspect dump.csv --plan plan.json --part-size 1GB
                               then: scan --part, and merge";

/// Of `fingerprint`.
pub const FINGERPRINT: &str = "Example:
  leaktrace fingerprint dump.zip -o dump.ltf --key library.key";

/// Of `compare`.
pub const COMPARE: &str = "Examples:
  leaktrace compare old.ltf new.ltf
  leaktrace compare *.ltf --json lineage.json";

/// Of `library`.
pub const LIBRARY: &str = "Examples:
  leaktrace keygen -o library.key          a key of its own, that outlives cases
  leaktrace library add old.zip --library known --library-key library.key \\
      --name shop-2020 --published 2020-05-02 --source 'forum, thread 17'
  leaktrace library find new.csv --library known --library-key library.key
  leaktrace library list --library known
  leaktrace library remove shop-2020 --library known";

/// Of `library add`.
pub const LIBRARY_ADD: &str = "Examples:
  leaktrace library add old.zip --library known --library-key library.key
  leaktrace library add *.ltf --library known";

/// Of `library find`.
pub const LIBRARY_FIND: &str = "Examples:
  leaktrace library find new.csv --library known --library-key library.key
  leaktrace library find new.ltf --library known --json -

Exit codes: 0 no known dump shares rows; 1 at least one does; 2 usage or I/O
error; 3 a dump or a file of the library could not be read whole, and nothing
was found; 130 interrupted.";

/// Of `cat`.
pub const CAT: &str = "Examples:
  leaktrace cat dump.sql --table users > users.csv
  leaktrace cat dump.7z --format jsonl";

/// Of `demo`.
pub const DEMO: &str = "Example:
  leaktrace demo -o leaktrace-demo";

/// Of `completions`.
pub const COMPLETIONS: &str = "Examples:
  leaktrace completions zsh > ~/.zfunc/_leaktrace
  leaktrace completions fish > ~/.config/fish/completions/leaktrace.fish
  leaktrace completions bash \\
      > ~/.local/share/bash-completion/completions/leaktrace";

/// Of `man`.
pub const MAN: &str = "Example:
  leaktrace man ~/.local/share/man/man1";
