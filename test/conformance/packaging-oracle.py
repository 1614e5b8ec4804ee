"""Answers questions about PyPI's value rules with the `packaging` library: one JSON object in, one out."""

import functools
import json
import sys


def load():
    """The newest copy at hand: installed, or the one inside pip."""
    found = []
    for prefix in ("packaging", "pip._vendor.packaging"):
        try:
            names = ("", ".version", ".specifiers", ".markers", ".requirements", ".tags", ".utils", "._manylinux", "._musllinux")
            modules = [__import__(prefix + name, fromlist=["x"]) for name in names]
        except ImportError:
            continue
        release = tuple(int(part) for part in modules[0].__version__.split(".")[:2])
        found.append((release, modules))
    return max(found, key=lambda pair: pair[0], default=None)


def attempt(function):
    try:
        return function()
    except Exception:
        return None


loaded = load()
if loaded is None:
    json.dump({"version": None}, sys.stdout)
    sys.exit()
release, (_, version, specifiers, markers, requirements, tags, utils, manylinux, musllinux) = loaded
asked = json.load(sys.stdin)
parse = functools.lru_cache(maxsize=None)(version.Version)


def describe(text):
    parsed = parse(text)
    return [str(parsed), parsed.is_prerelease, parsed.public]


def order(pair):
    a, b = map(parse, pair)
    return (a > b) - (a < b)


def specifier(question):
    text, candidates = question
    parsed = specifiers.SpecifierSet(text)
    return [bool(parsed.prereleases), [parsed.contains(parse(c), prereleases=True) for c in candidates]]


def requirement(text):
    parsed = requirements.Requirement(text)
    return {
        "name": utils.canonicalize_name(parsed.name),
        "extras": sorted({utils.canonicalize_name(extra) for extra in parsed.extras}),
        "specifier": sorted(str(parsed.specifier).split(",")) if str(parsed.specifier) else [],
        "url": parsed.url,
        "marked": parsed.marker is not None,
    }


def marker(question):
    text, environments = question
    parsed = markers.Marker(text)

    def holds(environment):
        try:
            return "yes" if parsed.evaluate(environment) else "no"
        except Exception:
            return "undefined"

    return [holds(environment) for environment in environments]


def platforms(target):
    if target["os"] == "windows":
        return target["platforms"]
    if target["os"] == "macos":
        return list(tags.mac_platforms(tuple(target["release"]), target["machine"]))
    libc = tuple(target["release"])
    manylinux._get_glibc_version = lambda: libc if target["libc"] == "glibc" else (-1, -1)
    manylinux._have_compatible_abi = lambda executable, archs: bool(
        set(archs) & (manylinux._ALLOWED_ARCHS | {"armv7l", "i686"})
    )
    musl = musllinux._MuslVersion(*libc) if target["libc"] == "musl" else None
    musllinux._get_musl_version = lambda executable: musl
    machines = target["machines"]
    found = [f"linux_{machine}" for machine in machines]
    if target["libc"] == "glibc":
        found += manylinux.platform_tags(machines)
    if target["libc"] == "musl":
        found += musllinux.platform_tags(machines)
    return found


def supported(target):
    python = tuple(target["python"])
    known = platforms(target)
    if target["implementation"] == "cpython":
        native = tags.cpython_tags(python, [target["abi"]], known)
        any_interpreter = "cp" + "".join(map(str, python))
    else:
        native = tags.generic_tags("pp" + "".join(map(str, python)), [target["abi"]], known)
        any_interpreter = "pp3"
    listed = [str(tag) for tag in native]
    return listed + [str(tag) for tag in tags.compatible_tags(python, any_interpreter, known)]


def wheel(text):
    name, parsed, build, found = utils.parse_wheel_filename(text)
    return {"name": name, "version": str(parsed), "build": list(build), "tags": sorted(map(str, found))}


def sdist(text):
    name, parsed = utils.parse_sdist_filename(text)
    return {"name": name, "version": str(parsed)}


answers = {
    "versions": describe,
    "orders": order,
    "specifiers": specifier,
    "requirements": requirement,
    "markers": marker,
    "targets": supported,
    "wheels": wheel,
    "sdists": sdist,
    "names": lambda text: utils.canonicalize_name(text, validate=True),
}
json.dump(
    {
        "version": list(release),
        **{key: [attempt(lambda: answer(q)) for q in asked[key]] for key, answer in answers.items()},
    },
    sys.stdout,
)
