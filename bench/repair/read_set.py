"""What an install asks for, or what a lock holds, read without fettle. Usage: read_set.py FORM FILE PYTHON EXTRAS GROUPS

Prints JSON: {"asks": [PEP 508 texts]} for a manifest, {"pins": {name: version}, "asks": [...]} for a lock, where
`asks` is what its manifest beside it asks for. EXTRAS and GROUPS are separated by commas.
"""

import configparser
import json
import re
import runpy
import sys
import types
from pathlib import Path

try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib

from packaging.markers import default_environment
from packaging.requirements import Requirement


def name_of(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def toml(path):
    return tomllib.loads(path.read_text("utf-8-sig"))


def pyproject(path, extras, groups):
    """PEP 621 with PEP 735's groups, and the development lists of uv and PDM as groups called "dev" or by their name."""
    document = toml(path)
    project = document.get("project", {})
    tools = document.get("tool", {})
    optional = {name_of(key): value for key, value in project.get("optional-dependencies", {}).items()}
    listed = dict(document.get("dependency-groups", {}))
    listed.update(tools.get("pdm", {}).get("dev-dependencies", {}))
    if "dev-dependencies" in tools.get("uv", {}):
        listed["dev"] = listed.get("dev", []) + tools["uv"]["dev-dependencies"]

    def group(key):
        for item in listed[key]:
            yield from [item] if isinstance(item, str) else group(item["include-group"])

    asks = list(project.get("dependencies", []))
    for extra in extras:
        asks += optional[name_of(extra)]
    for key in groups:
        asks += group(key)
    own = name_of(project.get("name", ""))
    expanded = []
    for ask in asks:
        requirement = Requirement(ask)
        if name_of(requirement.name) == own:
            expanded += [item for extra in requirement.extras for item in optional[name_of(extra)]]
        else:
            expanded.append(ask)
    return expanded


def poetry(path, extras, groups):
    """By poetry-core, the reader that Poetry itself has."""
    from poetry.core.factory import Factory

    package = Factory().create_poetry(path.parent).package
    wanted = {"main", *groups}
    found = [one for one in package.all_requires if set(one.groups) & wanted]
    taken = [one for one in found if not one.is_optional() or set(one.in_extras) & set(extras)]
    return [one.to_pep_508(with_extras=False) for one in taken]


def pipfile(path, groups):
    document = toml(path)
    asks = []
    for section in ["packages", *groups]:
        for name, told in document.get(section, {}).items():
            told = {"version": told} if isinstance(told, str) else told
            extras = f"[{','.join(told['extras'])}]" if told.get("extras") else ""
            version = told.get("version", "*")
            conditions = [told["markers"]] if "markers" in told else []
            conditions += [f"{key} {told[key]}" for key in ("sys_platform", "python_version") if key in told]
            condition = f" ; {' and '.join(conditions)}" if conditions else ""
            asks.append(f"{name}{extras}{'' if version == '*' else version}{condition}")
    return asks


def setup_cfg(path, extras):
    reader = configparser.ConfigParser(interpolation=None)
    reader.read_string(path.read_text("utf-8-sig"))
    lists = [reader.get("options", "install_requires", fallback="")]
    lists += [reader.get("options.extras_require", extra) for extra in extras]
    lines = [line.strip() for text in lists for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def setup_py(path, extras):
    """It is run, as an installer does, with a setuptools that only keeps what it is given."""
    given = {}
    stand_in = types.ModuleType("setuptools")
    stand_in.setup = lambda **told: given.update(told)
    stand_in.find_packages = lambda *_, **__: []
    sys.modules["setuptools"] = stand_in
    runpy.run_path(str(path), run_name="__main__")
    return [*given.get("install_requires", []), *(ask for extra in extras for ask in given["extras_require"][extra])]


def dockerfile(path):
    """The words of its `pip install` commands that are requirements."""
    text = re.sub(r"\\\n", " ", path.read_text("utf-8-sig"))
    asks = []
    for command in re.findall(r"pip3? install ([^\n&;|]*)", text):
        for word in re.findall(r'"[^"]*"|\'[^\']*\'|\S+', command):
            word = word.strip("\"'")
            if re.match(r"[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?\s*[=<>~!]=?", word):
                asks.append(word)
    return asks


def applies(marker, python, extras=()):
    """Of a target on Linux with CPython; with extras, for any of them."""
    from packaging.markers import Marker

    environment = {
        **default_environment(),
        **{"python_version": ".".join(python.split(".")[:2]), "python_full_version": python, "extra": ""},
        **{"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    }
    return marker is None or any(Marker(marker).evaluate({**environment, "extra": one}) for one in ["", *extras])


def poetry_lock(path, python, extras, groups):
    """Of lock version 2.1: each package has its groups, and one marker for all of them or one for each. What stands beside
    it is no pin."""
    pins = {}
    for package in toml(path)["package"]:
        if package.get("source", {}).get("type") == "directory":
            continue
        wanted = set(package["groups"]) & {"main", *groups}
        marker = package.get("markers")
        markers = marker if isinstance(marker, dict) else dict.fromkeys(wanted, marker)
        if any(applies(markers.get(group), python, extras) for group in wanted):
            pins[name_of(package["name"])] = package["version"]
    return pins


def pylock(path, python):
    packages = toml(path)["packages"]
    return {name_of(one["name"]): one["version"] for one in packages if applies(one.get("marker"), python)}


def read(form, path, python, extras, groups):
    if form == "pyproject":
        return {"asks": pyproject(path, extras, groups)}
    if form == "build-system":
        return {"asks": toml(path)["build-system"]["requires"]}
    if form == "poetry":
        return {"asks": poetry(path, extras, groups)}
    if form == "pipfile":
        return {"asks": pipfile(path, groups)}
    if form == "setup.cfg":
        return {"asks": setup_cfg(path, extras)}
    if form == "setup.py":
        return {"asks": setup_py(path, extras)}
    if form == "dockerfile":
        return {"asks": dockerfile(path)}
    if form == "poetry.lock":
        asks = poetry(path.parent / "pyproject.toml", extras, groups)
        return {"pins": poetry_lock(path, python, extras, groups), "asks": asks}
    if form == "pylock":
        return {"pins": pylock(path, python), "asks": pyproject(path.parent / "pyproject.toml", extras, groups)}
    raise SystemExit(f"{form} is not read here")


if __name__ == "__main__":
    form, file, python, extras, groups = sys.argv[1:6]
    split = lambda text: [one for one in text.split(",") if one]
    print(json.dumps(read(form, Path(file), python, split(extras), split(groups))))
