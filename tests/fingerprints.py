"""Recomputes the published fingerprints with the PyPI package blake3 and nothing of ours.

    pip install blake3
    python3 tests/fingerprints.py [FILE]

Exit code 0 when every line of fixtures/fingerprints.tsv holds. What a canonical value is (the step from value to canonical
value) is not checked here: it takes the normalisers. tests/fingerprint_vectors.rs checks the whole way.
"""

import re
import sys
from pathlib import Path

from blake3 import blake3

SPEC_VERSION = 1
INLINE_BYTES = 61
DIGESTED = 0xFF
DIGESTS = {"md5", "sha1", "sha256", "sha512"}


def unescape(text: str) -> bytes:
    signs = {"t": "\t", "n": "\n", "\\": "\\"}
    return re.sub(r"\\(.)", lambda m: signs[m.group(1)], text).encode()


def block_of(tag: int, canonical: bytes, key: bytes) -> bytes:
    if len(canonical) <= INLINE_BYTES:
        length, content = len(canonical), canonical
    else:
        length, content = DIGESTED, blake3(canonical, key=key).digest()
    return bytes([SPEC_VERSION, tag, length]) + content.ljust(INLINE_BYTES, b"\0")


def main() -> int:
    default = Path(__file__).resolve().parent.parent / "fixtures" / "fingerprints.tsv"
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    tags: dict[str, int] = {}
    checked: set[str] = set()
    lines = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#"):
            # The table of tags in the file's head: "#   7 card  Payment card number, …".
            if entry := re.match(r"# +(\d+) ([a-z0-9]+)  ", line):
                tags[entry[2]] = int(entry[1])
            continue
        if not line:
            continue
        kind, _region, key_hex, _value, canonical_text, block_hex, fingerprint_hex = line.split("\t")
        key = bytes.fromhex(key_hex)
        # The canonical form of a digest is bytes, the others' is text.
        canonical = bytes.fromhex(canonical_text) if kind in DIGESTS else unescape(canonical_text)
        assert len(key) == 32, f"line {number}: the key has {len(key)} bytes"
        lines += 1
        checked.add(kind)
        if not canonical:
            assert not block_hex and not fingerprint_hex, f"line {number}: a missing value has no fingerprint"
            continue
        block = block_of(tags[kind], canonical, key)
        assert len(block) == 64 and block.hex() == block_hex, f"line {number}: the block differs"
        fingerprint = blake3(block, key=key).digest()[:16]
        assert fingerprint.hex() == fingerprint_hex, f"line {number}: the fingerprint differs"
    assert checked == set(tags) and len(tags) == 18, "not every kind has a line"
    print(f"{lines} fingerprints of {len(tags)} kinds hold")
    return 0


if __name__ == "__main__":
    if not __debug__:
        sys.exit("run without -O: the checks are assertions")
    sys.exit(main())
