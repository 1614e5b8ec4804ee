/** The first part of what runs beside the tests: how it reports, and how it tells of an exception (`PythonError`). */
export const CHANNEL = String.raw`
import json, os, sys, traceback, unittest

MACHINERY = ("<fettle>", "<frozen ")

def cut(text, size):
    text = text if isinstance(text, str) else repr(text)
    return text if len(text) <= size else text[: size - 1] + "…"

def last_lines(text, lines=40, size=4000):
    return "\n".join(text.rstrip().split("\n")[-lines:])[-size:]

class Channel:
    """Writes reports to the pipe, for as long as that is still the pipe it was given."""
    def __init__(self, config):
        self.mark, self.owner = config["mark"], os.getpid()
        import fcntl
        # A high number, so that tests that close or reuse low ones by number do not meet it; closed when a program is started.
        self.fd = fcntl.fcntl(config["channel"], fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(config["channel"])
        self.identity = self.look()

    def look(self):
        try:
            status = os.fstat(self.fd)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def send(self, event, **more):
        # A copy of this process made by os.fork is not the one that runs the tests.
        if os.getpid() != self.owner or self.look() != self.identity or self.identity is None:
            return
        line = "%s %s\n" % (self.mark, json.dumps(dict(more, event=event)))
        view = memoryview(line.encode("ascii"))
        try:
            while view:
                view = view[os.write(self.fd, view):]
        except OSError:
            self.identity = None  # The reader is gone: nobody is there to be told.

def entries_of(error):
    found, entry = [], error.__traceback__
    while entry is not None and len(found) < 2000:
        found.append(entry)
        entry = entry.tb_next
    return found

def instruction_at(entry):
    """What the frame was doing, as dis tells it; None where it cannot."""
    import dis
    code = entry.tb_frame.f_code
    return next((one for one in dis.get_instructions(code) if one.offset == entry.tb_lasti), None)

def first_raised(error):
    """What was raised first, and the frames that led to it. One that a fallback by import answered is left out."""
    path, seen = entries_of(error), {id(error)}
    while len(seen) < 50:
        earlier = error.__cause__ if error.__cause__ is not None else error.__context__
        if earlier is None or id(earlier) in seen:
            break
        below = entries_of(earlier)
        where = [n for n, entry in enumerate(path) if below and entry.tb_frame is below[0].tb_frame]
        if error.__cause__ is None:
            doing = instruction_at(path[where[-1]]) if where else None
            if doing is None or doing.opname.startswith("IMPORT_"):
                break
        path = (path[: where[-1]] if where else []) + below
        error = earlier
        seen.add(id(error))
    return error, path

def named(error, path):
    """The module and the name in it that the error is about, where it tells them."""
    def word(name):
        value = getattr(error, name, None)
        return cut(value, 2000) if isinstance(value, str) else None
    if isinstance(error, ImportError):
        # Python tells the name from 3.12 on only.
        taking = instruction_at(path[-1]) if path and word("name_from") is None else None
        return word("name"), word("name_from") or (taking.argval if taking is not None and taking.opname == "IMPORT_FROM" else None)
    owner = getattr(error, "obj", None)
    if isinstance(error, AttributeError) and type(owner) is type(sys):
        return cut(str(owner.__dict__.get("__name__")), 2000), word("name")
    return None, None

def frame_of(entry):
    import linecache
    code = entry.tb_frame.f_code
    text = linecache.getline(code.co_filename, entry.tb_lineno or 0, entry.tb_frame.f_globals).strip()
    return {"file": cut(code.co_filename, 4000), "line": entry.tb_lineno or 0, "function": cut(code.co_name, 500), "text": cut(text, 500)}

def described(error):
    first, path = first_raised(error)
    module, symbol = named(first, path)
    frames = [entry for entry in path if not entry.tb_frame.f_code.co_filename.startswith(MACHINERY)]
    return {
        "type": cut(type(first).__name__, 200), "message": cut(safely_text(first), 4000),
        "module": module, "symbol": symbol, "frames": [frame_of(entry) for entry in frames[-60:]],
    }

def safely_text(error):
    try:
        return str(error)
    except Exception as inner:
        return "(its text cannot be had: %s)" % type(inner).__name__
`;
