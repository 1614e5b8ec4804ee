import { RAISED_FIRST } from '../imports/raised-first.ts';

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

${RAISED_FIRST}
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
