"""Independent oracle for the matching of OSV records. Usage: osv_match.py DUMP.zip | FOLDER

For every PyPI package of the dump, at every version that its records name, one step to each side of it, and with a
local segment: is it affected, by which group of aliases? One JSON line a package:

    {"package", "points": [version, ...],
     "groups": [{"ids": [...], "verdicts": "ynp..."}], "unmatchable": [[id, ...], ...]}

One letter a point: y affected, p possibly (a bound of a record is no version), n not affected. Every point is judged
by walking the events anew, as in the OSV schema's "Evaluation"; versions are read and ordered by `packaging`, and
compared by their place in the sorted list of all versions of the package.
"""

import json
import re
import sys
import zipfile
from functools import lru_cache
from itertools import groupby
from pathlib import Path

try:
    from packaging.version import InvalidVersion, Version
except ImportError:
    from pip._vendor.packaging.version import InvalidVersion, Version


def documents(place):
    path = Path(place)
    if path.is_dir():
        return [json.loads(file.read_text("utf-8")) for file in sorted(path.glob("*.json"))]
    with zipfile.ZipFile(path) as archive:
        return [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")]


@lru_cache(maxsize=None)
def parse(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def public(version):
    return version if version.local is None else parse(version.public)


def by_package(records):
    """Package -> its records, withdrawn ones too, each with the affected entries that speak of that package."""
    result = {}
    for record in records:
        for entry in record.get("affected") or []:
            package = entry.get("package") or {}
            if package.get("ecosystem", "").split(":")[0] == "PyPI":
                name = re.sub(r"[-_.]+", "-", package["name"]).lower()
                result.setdefault(name, {}).setdefault(record["id"], (record, []))[1].append(entry)
    return {name: list(found.values()) for name, found in result.items()}


def alias_groups(records):
    """Merges sets of ids until no two of them meet."""
    groups = []
    for record, entries in records:
        ids = {record["id"], *(record.get("aliases") or [])}
        members = [(record, entries)]
        apart = []
        for other_ids, other_members in groups:
            if ids & other_ids:
                ids |= other_ids
                members = other_members + members
            else:
                apart.append((other_ids, other_members))
        groups = [*apart, (ids, members)]
    return groups


def events_of(entry_range):
    for event in entry_range.get("events") or []:
        for kind, text in event.items():
            if kind in ("introduced", "fixed", "last_affected", "limit"):
                yield kind, text.strip()


def version_ranges(entries):
    for entry in entries:
        for entry_range in entry.get("ranges") or []:
            events = list(events_of(entry_range))
            if entry_range["type"] != "GIT" and events:
                yield entry_range["type"], events


class Judge:
    """Judges public versions, given by their places, against the live records of one alias group."""

    def __init__(self, members, places):
        self.ranges = [
            Range(kind, events, places) for _, entries in members for kind, events in version_ranges(entries)
        ]
        named = (parse(text) for _, entries in members for entry in entries for text in entry.get("versions") or [])
        self.named = {places[public(version)] for version in named if version is not None}

    @property
    def usable(self):
        return bool(self.ranges or self.named)

    def letter(self, version):
        verdicts = {one.verdict(version) for one in self.ranges}
        if version in self.named or "y" in verdicts:
            return "y"
        return "p" if "p" in verdicts else "n"


class Range:
    def __init__(self, kind, events, places):
        self.known = kind in ("ECOSYSTEM", "SEMVER")
        self.from_start = ("introduced", "0") in events
        self.has_start = any(kind == "introduced" for kind, _ in events)
        self.no_limit = ("limit", "*") in events or not any(kind == "limit" for kind, _ in events)
        self.broken = set()
        self.limits = []
        bounds = []
        for kind, text in events:
            if (kind, text) in (("introduced", "0"), ("limit", "*")):
                continue
            version = parse(text)
            if version is None:
                self.broken.add(kind if kind in ("introduced", "limit") else "end")
            elif kind == "limit":
                self.limits.append(places[version])
            else:
                # Only public versions are asked about: one that was introduced as 1.0+x must hold 1.0.
                bounds.append((places[public(version) if kind == "introduced" else version], kind))
        bounds.sort(key=lambda bound: bound[0])
        self.points = [
            (at, {kind for _, kind in same}) for at, same in groupby(bounds, key=lambda bound: bound[0])
        ]

    def verdict(self, version):
        if not self.known:
            return "p"
        surely_below = self.no_limit or any(version < limit for limit in self.limits)
        maybe_below = surely_below or "limit" in self.broken
        walked = self.walk(version)
        if maybe_below and "introduced" in self.broken:
            sure = walked and surely_below and "end" not in self.broken
            return "y" if sure else "p"
        if not (walked and maybe_below):
            return "n"
        return "y" if surely_below and self.has_start and "end" not in self.broken else "p"

    def walk(self, version):
        affected = self.from_start or not self.has_start
        for at, kinds in self.points:
            if at > version:
                break
            starts = "introduced" in kinds
            ends = "fixed" in kinds or "last_affected" in kinds
            if starts and ends:
                if at == version and "fixed" not in kinds:
                    return True
            elif starts:
                affected = True
            elif "fixed" in kinds or at != version:
                affected = False
        return affected


def named_versions(records):
    texts = set()
    for _, entries in records:
        for entry in entries:
            texts.update(entry.get("versions") or [])
        texts.update(text for _, events in version_ranges(entries) for _, text in events)
    return [version for version in map(parse, texts) if version is not None]


def places_of(versions):
    """Version -> its place in ascending order; equal versions share one."""
    ascending = sorted(set(versions))
    return {version: place for place, version in enumerate(ascending)}


def around(version):
    epoch = f"{version.epoch}!" if version.epoch else ""
    *head, last = version.release
    base = epoch + ".".join(map(str, version.release))
    yield str(version)
    yield f"{version.public}+local.1"
    for suffix in (".dev0", "rc1", "", ".post1"):
        yield base + suffix
    yield epoch + ".".join(map(str, [*head, last + 1]))
    if last > 0:
        yield epoch + ".".join(map(str, [*head, last - 1]))


def main(place):
    for name, records in sorted(by_package(documents(place)).items()):
        named = named_versions(records)
        points = sorted({point for version in named for point in around(version)}, key=lambda text: (parse(text), text))
        asked = [public(parse(point)) for point in points]
        places = places_of([*named, *map(public, named), *asked])
        asked_places = [places[version] for version in asked]
        groups, unmatchable = [], []
        live = [(record, entries) for record, entries in records if not record.get("withdrawn")]
        for ids, members in alias_groups(live):
            judge = Judge(members, places)
            if not judge.usable:
                unmatchable.append(sorted(ids))
                continue
            letters = {at: judge.letter(at) for at in set(asked_places)}
            groups.append({"ids": sorted(ids), "verdicts": "".join(letters[at] for at in asked_places)})
        line = {"package": name, "points": points, "groups": groups, "unmatchable": unmatchable}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
