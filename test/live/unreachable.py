"""Independent judge of a repair. Shares no code with what it judges: uv resolves, `packaging` compares.

Usage: unreachable.py DUMP UV BEFORE WRITTEN --python 3.12 [--python 3.11 ...] --platform PLATFORM
                      [--exclude-newer DAY] [--only PACKAGE]

BEFORE and WRITTEN are requirements files, without and with the repair. For each Python uv resolves WRITTEN, and every
version that it selects is looked up in the dump. Of what is still affected it is asked whether that could be helped:
uv resolves BEFORE once more, with all of its specifiers taken away, under a constraint on the package that excludes
what the advisory affects and whatever else the repair avoids of that package. One constraint for each interval of
versions that stays; where uv finds no solution in any of them, on some Python, the advisory is out of reach, for a
line has one version on all Pythons.

Prints JSON: {"selected": {python: {name: version}}, "left": [{"package", "ids", "pythons", "reachable",
"unreadable", "tries": [{"python", "constraint", "said"}]}]}. `unreadable`: a bound of the record is no version, so
nothing says where it ends, and no version is known to be free of it.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

try:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version
except ImportError:
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name
    from pip._vendor.packaging.version import InvalidVersion, Version


def parse(text):
    try:
        return Version(text.strip())
    except InvalidVersion:
        return None


class Group:
    """Records of one package that are aliases of each other: what they affect, as intervals [low, high) or [low, high]."""

    def __init__(self, ids, records, name):
        self.ids = ids
        self.intervals = []
        self.named = set()
        self.unreadable = False
        for entry in (entry for record in records for entry in entries_about(record, name)):
            self.named |= {Version(v.public) for v in map(parse, entry.get("versions") or []) if v is not None}
            for one in entry.get("ranges") or []:
                if one["type"] == "ECOSYSTEM":
                    self.add(one["events"])
                elif one["type"] != "GIT":
                    raise SystemExit(f"a range of type {one['type']}, which this script does not read: {ids}")

    def add(self, events):
        bounds = []
        for kind, text in ((kind, text) for event in events for kind, text in event.items()):
            version = Version("0.dev0") if text == "0" else parse(text)
            if version is None:
                self.unreadable = True
            elif kind not in ("introduced", "fixed", "last_affected"):
                raise SystemExit(f"an event {kind}, which this script does not read: {self.ids}")
            else:
                bounds.append((version, kind != "introduced", kind))
        start = None
        for version, _, kind in sorted(bounds):
            if kind == "introduced":
                start = version if start is None else start
            elif start is not None:
                self.intervals.append((start, version, kind == "last_affected"))
                start = None
        if start is not None:
            self.intervals.append((start, None, False))

    def affects(self, version):
        public = Version(version.public)
        return public in self.named or any(
            low <= public and (high is None or public < high or (closed and public == high))
            for low, high, closed in self.intervals
        )


def entries_about(record, name):
    for entry in record.get("affected") or []:
        package = entry.get("package") or {}
        if package.get("ecosystem") == "PyPI" and canonicalize_name(package["name"]) == name:
            yield entry


def live_records(dump):
    """Package -> the records about it that were not withdrawn."""
    live = {}
    with zipfile.ZipFile(dump) as archive:
        for entry in archive.namelist():
            record = json.loads(archive.read(entry)) if entry.endswith(".json") else {"withdrawn": "no record"}
            if record.get("withdrawn"):
                continue
            names = {
                canonicalize_name(one["package"]["name"])
                for one in record.get("affected") or []
                if (one.get("package") or {}).get("ecosystem") == "PyPI"
            }
            for name in names:
                live.setdefault(name, []).append(record)
    return live


def aliases(records):
    groups = []
    for record in records:
        ids, members = {record["id"], *(record.get("aliases") or [])}, [record]
        for other in [other for other in groups if other[0] & ids]:
            groups.remove(other)
            ids |= other[0]
            members += other[1]
        groups.append((ids, members))
    return groups


def free_intervals(groups):
    """What none of the groups affects, as the specifiers of a constraint, one text for each interval."""
    free = []
    low = ""
    affected = sorted((i for group in groups for i in group.intervals), key=lambda interval: interval[0])
    end = None
    for start, high, closed in affected:
        if end is None or (end != "open" and start > end[0]):
            free.append(f"{low},<{start}" if low else f"<{start}")
            end = (high, closed) if high is not None else "open"
        elif end != "open":
            end = "open" if high is None else max(end, (high, closed))
        if end != "open":
            low = f">={end[0]},!={end[0]}" if end[1] else f">={end[0]}"
    if end != "open":
        free.append(low)
    named = sorted({version for group in groups for version in group.named if not in_ranges(groups, version)})
    return [",".join(filter(None, [one, *(f"!={version}" for version in named)])) for one in free if one != "<0.dev0"]


def in_ranges(groups, version):
    return any(low <= version and (high is None or version < high or (closed and version == high))
               for group in groups for low, high, closed in group.intervals)


def requirements_of(path):
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def without_specifier(requirement):
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}" + (f" ; {requirement.marker}" if requirement.marker else "")


SOLVED = "a solution"


class Uv:
    def __init__(self, arguments):
        self.arguments = arguments
        self.free = [without_specifier(requirement) for requirement in requirements_of(arguments.before)]
        self.answers = {}

    def said(self, python, constraint):
        """What uv says of the requirements without their specifiers under one constraint."""
        if (python, constraint) not in self.answers:
            answer = self.resolve(python, self.free, constraint)
            self.answers[python, constraint] = answer if isinstance(answer, str) else SOLVED
        return self.answers[python, constraint]

    def resolve(self, python, lines, constraint=None):
        """Name -> version, or the words in which uv says that there is no solution. Anything else ends the script."""
        with tempfile.TemporaryDirectory() as folder:
            asked = Path(folder, "requirements.in")
            asked.write_text("\n".join(lines) + "\n")
            command = [self.arguments.uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", str(asked)]
            command += ["--python-version", python, "--python-platform", self.arguments.platform]
            # What has only an sdist cannot be proven to install; uv would even run it.
            command += ["--only-binary", ":all:"]
            if self.arguments.exclude_newer:
                command += ["--exclude-newer", self.arguments.exclude_newer]
            if constraint is not None:
                bounds = Path(folder, "constraints.txt")
                bounds.write_text(constraint + "\n")
                command += ["--constraint", str(bounds)]
            done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        if done.returncode == 0:
            return {r.name: str(next(iter(r.specifier)).version) for r in map(Requirement, done.stdout.split("\n")[:-1])}
        if "No solution found" in done.stderr:
            return " ".join(done.stderr.split())
        sys.exit(f"uv failed: {' '.join(command)}\n{done.stderr}")


def judge(uv, arguments, package, group, versions, groups):
    others = [one for one in groups if not any(one.affects(version) for version in versions)]
    tries = []
    constraints = [] if group.unreadable else [package + one for one in free_intervals([group, *others])]
    for python in arguments.python:
        said = [uv.said(python, constraint) for constraint in constraints]
        tries += [{"python": python, "constraint": c, "said": s} for c, s in zip(constraints, said)]
        reachable = SOLVED in said
        if not reachable:
            break
    return {
        "package": package,
        "ids": sorted(group.ids),
        "unreadable": group.unreadable,
        "reachable": reachable,
        "tries": tries,
    }


def main():
    parser = argparse.ArgumentParser()
    for name in ("dump", "uv", "before", "written"):
        parser.add_argument(name, type=str if name in ("dump", "uv") else Path)
    parser.add_argument("--python", action="append", required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--exclude-newer")
    parser.add_argument("--only")
    arguments = parser.parse_args()
    book = live_records(arguments.dump)
    uv = Uv(arguments)
    written = [str(requirement) for requirement in requirements_of(arguments.written)]
    selected = {python: uv.resolve(python, written) for python in arguments.python}
    for python, answer in selected.items():
        if isinstance(answer, str):
            sys.exit(f"the written file does not resolve for Python {python}: {answer}")
    left = []
    for package in sorted({name for pins in selected.values() for name in pins}):
        if arguments.only not in (None, package):
            continue
        groups = [Group(ids, records, package) for ids, records in aliases(book.get(package, []))]
        versions = {python: Version(pins[package]) for python, pins in selected.items() if package in pins}
        for group in groups:
            pythons = [python for python, version in versions.items() if group.affects(version)]
            if pythons:
                verdict = judge(uv, arguments, package, group, list(versions.values()), groups)
                left.append({**verdict, "pythons": pythons})
    print(json.dumps({"selected": selected, "left": left}))


if __name__ == "__main__":
    main()
