"""Judges sets of pins by `packaging` alone: a JSON list of questions in, a JSON list of answers out.

A question: {"python": "3.12", "platform": "linux"|"musl"|"macos"|"windows", "machine": "x86_64", "requires": [...],
"constraints": [...], "prereleases": bool, "no_build": [...], "no_binary": [...], "pins": {name: version} or null,
"packages": {name: {version: {"requires": [...], "python": text or null, "yanked": bool, "wheels": [tags],
"sdist": bool}}}}. Keys of `packages` are normalised names, versions are as published.

With pins the answer lists what is wrong with them, one sentence each: a pin that is not published, has no file for the
target, or does not meet a requirement; a requirement without a pin; a pin that nothing requires; a pre-release or a yanked
version that nothing asks for. With null it says whether any set exists: "none", "some", or "unasked" where every set has
such a pre-release or yanked version. That is a plain search through all versions, for small universes.
"""

import json
import re
import sys

try:
    from packaging.requirements import Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.tags import parse_tag
    from packaging.utils import canonicalize_name
    from packaging.version import Version
except ImportError:
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
    from pip._vendor.packaging.tags import parse_tag
    from pip._vendor.packaging.utils import canonicalize_name
    from pip._vendor.packaging.version import Version

SYSTEMS = {
    "linux": ("posix", "linux", "Linux"),
    "musl": ("posix", "linux", "Linux"),
    "macos": ("posix", "darwin", "Darwin"),
    "windows": ("nt", "win32", "Windows"),
}
WINDOWS = {"x86_64": "AMD64", "aarch64": "ARM64"}
#: glibc of the newest Linux asked about, and what the old names of manylinux stand for (PEP 600).
GLIBC = 36
LEGACY = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}


class Question:
    def __init__(self, asked):
        self.asked = asked
        os_name, sys_platform, system = SYSTEMS[asked["platform"]]
        machine = asked["machine"]
        if asked["platform"] == "windows":
            machine = WINDOWS[machine]
        python = asked["python"]
        full = python if python.count(".") > 1 else python + ".0"
        self.full = Version(full)
        self.environment = {
            "os_name": os_name,
            "sys_platform": sys_platform,
            "platform_system": system,
            "platform_machine": machine,
            "platform_release": "",
            "platform_version": "",
            "python_version": ".".join(full.split(".")[:2]),
            "python_full_version": full,
            "implementation_name": "cpython",
            "implementation_version": full,
            "platform_python_implementation": "CPython",
        }
        self.roots = [Requirement(text) for text in asked["requires"]]
        self.constraints = [Requirement(text) for text in asked["constraints"]]
        self.packages = asked["packages"]

    def holds(self, requirement, extra=""):
        return requirement.marker is None or requirement.marker.evaluate({**self.environment, "extra": extra})

    def release(self, name, version):
        """What is published under any spelling of the version."""
        for text, release in self.packages.get(name, {}).items():
            if Version(text) == version:
                return release
        return None

    def closure(self, pins):
        """The active requirements under these pins, by name: [(requirement, who asks)]."""
        asked, seen, waiting = {}, set(), [(one, "the root", "") for one in self.roots]
        while waiting:
            requirement, who, extra = waiting.pop()
            if not self.holds(requirement, extra):
                continue
            name = canonicalize_name(requirement.name)
            asked.setdefault(name, []).append((requirement, who))
            for wanted in ["", *map(canonicalize_name, requirement.extras)]:
                if (name, wanted) in seen or name not in pins:
                    continue
                seen.add((name, wanted))
                release = self.release(name, pins[name])
                if release is None:
                    continue
                for text in release["requires"]:
                    need = Requirement(text)
                    # Without an extra only what holds without one counts; with it, what it adds.
                    if wanted == "" or not self.holds(need):
                        waiting.append((need, f"{name} {pins[name]}", wanted))
        return asked

    def bounds(self, name, asked):
        limits = [one for one in self.constraints if canonicalize_name(one.name) == name and self.holds(one)]
        return [requirement for requirement, _ in asked.get(name, [])] + limits

    def fits(self, tag):
        if not (fits_python(tag, self.full) and fits_abi(tag, self.full)):
            return False
        return tag.platform == "any" or self.fits_platform(tag.platform)

    def fits_platform(self, platform):
        machine = self.asked["machine"]
        if self.asked["platform"] == "windows":
            return platform == {"x86_64": "win_amd64", "aarch64": "win_arm64"}[machine]
        if self.asked["platform"] == "macos":
            return re.fullmatch(rf"macosx_\d+_\d+_({machine}|universal2)", platform) is not None
        if platform == f"linux_{machine}":
            return True
        if self.asked["platform"] == "musl":
            return re.fullmatch(rf"musllinux_1_[0-2]_{machine}", platform) is not None
        numbered = re.fullmatch(rf"manylinux_2_(\d+)_{machine}", platform)
        if numbered:
            return int(numbered[1]) <= GLIBC
        named = re.fullmatch(rf"(manylinux\d+)_{machine}", platform)
        return named is not None and LEGACY[named[1]] <= GLIBC

    def installable(self, name, release):
        if release["python"]:
            try:
                if not SpecifierSet(release["python"]).contains(self.full, prereleases=True):
                    return False
            except InvalidSpecifier:
                pass
        wheels = name not in self.asked["no_binary"] and any(
            self.fits(tag) for tags in release["wheels"] for tag in parse_tag(tags)
        )
        return wheels or (release["sdist"] and name not in self.asked["no_build"])

    def unasked(self, name, version, bounds):
        """Why nothing lets this version in, or None."""
        if version.is_prerelease and not self.asked["prereleases"]:
            finals = [
                text
                for text, release in self.packages[name].items()
                if not Version(text).is_prerelease and not release["yanked"] and self.installable(name, release)
            ]
            # PEP 440, "Handling of pre-releases": by its text, or where no final release is within the specifier.
            if not any(one.specifier.prereleases or not any(map(one.specifier.contains, finals)) for one in bounds):
                return f"{name} {version} is a pre-release, and no requirement lets one in"
        if self.release(name, version)["yanked"]:
            exact = [s for b in bounds for s in b.specifier if s.operator in ("==", "===") and "*" not in s.version]
            if not exact:
                return f"{name} {version} is yanked, and nothing pins it (PEP 592)"
        return None

    def wrong(self, pins):
        said = []
        asked = self.closure(pins)
        for name, version in pins.items():
            release = self.release(name, version)
            if release is None:
                said.append(f"{name} {version} is not published")
                continue
            if name not in asked:
                said.append(f"nothing requires {name}")
            if not self.installable(name, release):
                said.append(f"{name} {version} has no file for the target")
            bounds = self.bounds(name, asked)
            for bound in bounds:
                if not bound.specifier.contains(version, prereleases=True):
                    said.append(f"{name} {version} does not meet {bound}")
            said += filter(None, [self.unasked(name, version, bounds)])
        open_ones = [one for name, requirements in asked.items() if name not in pins for one in requirements]
        return said + [f"{who} requires {requirement}, and there is no pin" for requirement, who in open_ones]

    def exists(self, pins, strict):
        asked = self.closure(pins)
        for name in asked:
            bounds = self.bounds(name, asked)
            if name in pins:
                if any(not b.specifier.contains(pins[name], prereleases=True) for b in bounds):
                    return False
        open_names = sorted(name for name in asked if name not in pins)
        if not open_names:
            return not (strict and self.wrong(pins))
        name = open_names[0]
        for text, release in self.packages.get(name, {}).items():
            if self.installable(name, release) and self.exists({**pins, name: Version(text)}, strict):
                return True
        return False

    def answer(self):
        if self.asked["pins"] is not None:
            return self.wrong({name: Version(text) for name, text in self.asked["pins"].items()})
        if self.exists({}, True):
            return "some"
        return "unasked" if self.exists({}, False) else "none"


def fits_python(tag, full):
    """py3, py2.py3 and py312 of any Python 3 up to this one; cp312 of this one, or an older one's stable ABI (PEP 425)."""
    series = re.fullmatch(r"(py|cp)(\d)(\d*)", tag.interpreter)
    if series is None or int(series[2]) != full.major:
        return False
    minor = int(series[3] or 0)
    if series[1] == "cp" and tag.abi != "abi3":
        return minor == full.minor
    return minor <= full.minor


def fits_abi(tag, full):
    return tag.abi in ("none", f"cp{full.major}{full.minor}") or (tag.abi == "abi3" and tag.interpreter != "cp31")


json.dump([Question(asked).answer() for asked in json.load(sys.stdin)], sys.stdout)
