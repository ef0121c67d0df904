"""Checks the exports of one or more report folders with other people's programs.

    pip install pymisp stix2-validator
    python3 tests/exports.py FOLDER [FOLDER...]

misp.json is loaded by PyMISP, and each object is held against the template of its name that the package carries, strictly: identifier and version
of the template, relations, types, categories, listed values, required attributes, references. stix.json is checked by the OASIS validator in
strict mode, and the identifiers of its files are computed anew. Given several folders of one dump, everything in them has the same identifiers.

Exit code 0 when all holds.
"""

import json
import sys
import uuid
from pathlib import Path

import pymisp
import stix2validator
from pymisp import MISPEvent, MISPObject

PYMISP = Path(pymisp.__file__).parent / "data"
TEMPLATES = PYMISP / "misp-objects" / "objects"
RELATIONSHIPS = PYMISP / "misp-objects" / "relationships" / "definition.json"
TLP = {"clear", "green", "amber", "amber+strict", "red"}

# STIX 2.1, section 2.9: the namespace of observables, and the digests in the order in which one is chosen.
OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
PREFERRED = ["MD5", "SHA-1", "SHA-256", "SHA-512"]
# Domain objects should have identifiers of version 4. Ours are of version 5, so that one case's exports replace each other: checked here instead.
EXEMPT = "uuid-check"


class Broken(Exception):
    """Something does not hold."""


def holds(condition: bool, message: str) -> None:
    if not condition:
        raise Broken(message)


def lists(name: str) -> dict:
    return json.loads((PYMISP / "describeTypes.json").read_text())["result"][name]


def check_object(found: dict, uuids: set[str], relations: set[str]) -> None:
    """One object against its template."""
    name = found["name"]
    path = TEMPLATES / name / "definition.json"
    holds(path.is_file(), f"no official template {name}")
    template = json.loads(path.read_text())
    # Raises when identifier, version, a relation or a required attribute is not the template's.
    strict = MISPObject(name, strict=True)
    strict.from_dict(**json.loads(json.dumps(found)))
    strict.to_dict(strict=True)
    holds(found["template_uuid"] == template["uuid"], f"{name}: template_uuid")
    holds(int(found["template_version"]) == template["version"], f"{name}: template_version is not {template['version']}")
    holds(found["meta-category"] == template["meta-category"], f"{name}: meta-category is not {template['meta-category']}")
    holds(found["description"] == template["description"], f"{name}: description is not the template's")
    types = lists("category_type_mappings")
    for attribute in found["Attribute"]:
        relation = attribute["object_relation"]
        where = f"{name}.{relation}"
        holds(relation in template["attributes"], f"{where}: no such relation")
        of = template["attributes"][relation]
        holds(attribute["type"] == of["misp-attribute"], f"{where}: type {attribute['type']}, expected {of['misp-attribute']}")
        holds(attribute["type"] in types.get(attribute["category"], []), f"{where}: {attribute['type']} is no type of {attribute['category']}")
        holds(attribute["category"] in of.get("categories", [attribute["category"]]), f"{where}: category {attribute['category']}")
        listed = of.get("values_list") or of.get("sane_default") or [attribute["value"]]
        holds(attribute["value"] in listed, f"{where}: value is not in the template's list")
        holds(attribute["value"].strip() != "", f"{where}: empty")
        holds(attribute["to_ids"] is False, f"{where}: would feed a detection system")
    for reference in found["ObjectReference"]:
        holds(reference["object_uuid"] == found["uuid"], f"{name}: a reference of another object")
        holds(reference["referenced_uuid"] in uuids, f"{name}: a reference to nothing")
        holds(reference["relationship_type"] in relations, f"{name}: no relationship {reference['relationship_type']}")


def check_misp(path: Path) -> str:
    event = MISPEvent(strict_validation=True)
    event.load_file(path)
    raw = json.loads(path.read_text())["Event"]
    holds(event.distribution == 0 and not event.published, "the event is not kept to the own organisation")
    tags = [tag["name"] for tag in raw["Tag"]]
    holds([tag for tag in tags if tag.startswith("tlp:")] in [[f"tlp:{label}"] for label in TLP], f"one TLP label expected, found {tags}")
    uuids = [found["uuid"] for found in raw["Object"]]
    everything = uuids + [a["uuid"] for o in raw["Object"] for a in o["Attribute"] + o["ObjectReference"]] + [raw["uuid"]]
    holds(len(everything) == len(set(everything)), "an identifier stands twice")
    holds(all(uuid.UUID(u).version == 5 for u in everything), "an identifier is not of version 5")
    relations = {of["name"] for of in json.loads(RELATIONSHIPS.read_text())["values"]}
    for found in raw["Object"]:
        check_object(found, set(uuids), relations)
    # What PyMISP understood says the same when it is written again.
    again = json.loads(event.to_json())
    holds([o["uuid"] for o in again["Object"]] == uuids, "PyMISP loses objects")
    names = sorted(o["name"] for o in raw["Object"])
    return ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))


def file_id(found: dict) -> str:
    """The identifier that a file's content gives it."""
    contributing = {}
    hashes = found.get("hashes", {})
    chosen = next((name for name in PREFERRED if name in hashes), next(iter(sorted(hashes)), None))
    if chosen:
        contributing["hashes"] = {chosen: hashes[chosen]}
    contributing["name"] = found["name"]
    text = json.dumps(contributing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"file--{uuid.uuid5(OBSERVABLES, text)}"


def references(found: dict):
    for key, value in found.items():
        if key.endswith("_ref"):
            yield value
        elif key.endswith("_refs"):
            yield from value


def check_stix(path: Path) -> tuple[str, list[str]]:
    options = stix2validator.ValidationOptions(strict=True, strict_properties=True, version="2.1", disabled=EXEMPT)
    result = stix2validator.validate_file(str(path), options)
    wrong = [str(error) for of in result.object_results for error in of.errors]
    holds(result.is_valid, "; ".join(wrong) or f"the validator rejects it: {result.fatal}")
    everything = stix2validator.validate_file(str(path), stix2validator.ValidationOptions(version="2.1"))
    warnings = [str(warning) for of in everything.object_results for warning in of.warnings]
    other = [w for w in warnings if "not a valid UUIDv4 ID" not in w]
    holds(not other, "; ".join(other))
    objects = json.loads(path.read_text())["objects"]
    ids = [found["id"] for found in objects]
    holds(len(ids) == len(set(ids)), "an identifier stands twice")
    markings = [found for found in objects if found["type"] == "marking-definition"]
    holds(len(markings) == 1, "one marking expected")
    label = next(iter(markings[0]["extensions"].values()))["tlp_2_0"]
    holds(label in TLP and markings[0]["name"] == f"TLP:{label.upper()}", f"no TLP 2.0 label: {label}")
    for found in objects:
        holds(all(ref in ids for ref in references(found)), f"{found['id']}: a reference to nothing")
        if found["type"] != "marking-definition":
            holds(found["object_marking_refs"] == [markings[0]["id"]], f"{found['id']}: not marked")
            holds(uuid.UUID(found["id"].split("--")[1]).version == 5, f"{found['id']}: not of version 5")
        if found["type"] == "file":
            holds(found["id"] == file_id(found), f"{found['id']}: not the identifier of its content, {file_id(found)}")
    names = sorted(found["type"] for found in objects)
    return ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names)), warnings


def identifiers(folder: Path) -> list[str]:
    """Every identifier in both exports, in order."""

    def walk(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("uuid", "id"):
                    yield inner
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    return [found for name in ("misp.json", "stix.json") for found in walk(json.loads((folder / name).read_text()))]


def main() -> int:
    folders = [Path(name) for name in sys.argv[1:]]
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    first = None
    for folder in folders:
        where = folder / "misp.json"
        try:
            said = check_misp(where)
            print(f"{where}: PyMISP {pymisp.__version__} loads it; templates hold: {said}")
            where = folder / "stix.json"
            said, warnings = check_stix(where)
            print(f"{where}: the OASIS validator accepts it, strict: {said}")
            if warnings:
                print(f"  {len(warnings)} identifiers of version 5 where 4 is recommended: on purpose, so that exports of one case replace each other")
            where = folder
            own = identifiers(folder)
            first = first or (folder, own)
            holds(own == first[1], f"the identifiers are not those in {first[0]}")
        except (Broken, OSError, KeyError, ValueError, pymisp.PyMISPError) as error:
            print(f"{where}: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    if len(folders) > 1:
        print(f"{len(first[1])} identifiers, the same in {len(folders)} folders")
    return 0


if __name__ == "__main__":
    sys.exit(main())
