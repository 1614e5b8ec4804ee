"""Reads pylock files (PEP 751) with `packaging.pylock`: {"files": [TOML], "targets": [...]} in, answers out.

A target: {"environment": {...}, "python": [3, 12], "platforms": [...]}. For each file the answer is {"valid": null or why not,
"selected": for each target the chosen files' names, or why none can be}; null as a whole where this Python cannot tell.
"""

import json
import sys

try:
    import tomllib

    from packaging.pylock import Pylock
    from packaging.tags import compatible_tags, cpython_tags
except ImportError:
    json.dump(None, sys.stdout)
    sys.exit()


def tags(target):
    python, platforms = tuple(target["python"]), target["platforms"]
    interpreter = "cp" + "".join(map(str, python))
    yield from cpython_tags(python, [interpreter], platforms)
    yield from compatible_tags(python, interpreter, platforms)


def select(pylock, target):
    try:
        chosen = pylock.select(environment=target["environment"], tags=list(tags(target)))
        return sorted(artifact.filename for _, artifact in chosen)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def answer(text, targets):
    try:
        pylock = Pylock.from_dict(tomllib.loads(text))
    except Exception as error:
        return {"valid": f"{type(error).__name__}: {error}", "selected": []}
    return {"valid": None, "selected": [select(pylock, target) for target in targets]}


asked = json.load(sys.stdin)
json.dump([answer(text, asked["targets"]) for text in asked["files"]], sys.stdout)
