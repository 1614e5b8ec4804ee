"""The advisories that touch pins, by the independent matching of test/oracle/osv_match.py. Usage: audit.py DUMP < JSON

Standard input: {key: {name: version}}; output: {key: [{"package", "version", "ids", "verdict"}]}, verdict y or p
(possibly).
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "test" / "oracle"))

import osv_match as oracle  # noqa: E402


def name_of(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def found(records, version):
    """The groups of aliases that touch a version, with their records."""
    live = [(record, entries) for record, entries in records if not record.get("withdrawn")]
    asked = oracle.public(oracle.parse(version))
    named = oracle.named_versions(records)
    places = oracle.places_of([*named, *map(oracle.public, named), asked])
    for ids, members in oracle.alias_groups(live):
        judge = oracle.Judge(members, places)
        letter = judge.letter(places[asked]) if judge.usable else "n"
        if letter != "n":
            yield sorted(ids), letter, [record for record, _ in members]


def about(by_name, name, version):
    told = found(by_name.get(name, []), version)
    return [{"package": name, "version": version, "ids": ids, "verdict": letter} for ids, letter, _ in told]


def main(dump):
    by_name = oracle.by_package(oracle.documents(dump))
    sets = json.load(sys.stdin)
    result = {
        key: [one for name, version in sorted(pins.items()) for one in about(by_name, name, version)]
        for key, pins in sets.items()
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
