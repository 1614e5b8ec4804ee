/**
 * Sees which files of the environment have a function called while tests run. Since Python 3.12 by `sys.monitoring`
 * (PEP 669), where a code object is silent once its file is known; before by `sys.setprofile`, with one look-up of the file's
 * name for each call. A call made while a module is being imported is not one made by a test. What compiled code does, and
 * what programs do that a test starts, is not seen; that such code was imported and that programs were started is.
 */
export const COVERAGE = String.raw`
class Watch:
    STARTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "os.forkpty")

    def __init__(self, channel, site_packages):
        self.channel = channel
        places = {site_packages, os.path.realpath(site_packages)}
        self.roots = tuple(place.rstrip(os.sep) + os.sep for place in places)
        self.done, self.fresh = set(), []
        self.active, self.depth, self.starts, self.modules, self.told = False, 0, False, 0, set()
        self.monitoring = self.start_monitoring()
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self.audit)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forked)
        self.profile = self.make_profile()
        if not self.monitoring:
            import threading
            threading.setprofile(self.profile)

    def start_monitoring(self):
        monitoring = getattr(sys, "monitoring", None)
        for tool in (4, 3) if monitoring is not None else ():
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "fettle")
                monitoring.register_callback(tool, monitoring.events.PY_START, self.make_monitor(monitoring.DISABLE))
                self.tool = tool
                return True
        return False

    def make_monitor(self, silent):
        done, look, here = self.done, self.look, sys._getframe
        def monitor(code, offset):
            if code.co_filename in done or self.active and look(here(1), code):
                return silent
        return monitor

    def make_profile(self):
        done, look = self.done, self.look
        def profile(frame, event, arg):
            if event == "call" and frame.f_code.co_filename not in done:
                look(frame, frame.f_code)
        return profile

    def look(self, frame, code):
        """Whether nothing more is to be learned from this code."""
        if not self.active:
            return False
        name = code.co_filename
        if name.startswith("<"):
            if name.startswith("<frozen"):
                self.done.add(name)
                return True
            # Made by exec, as dataclasses and attrs do: it belongs to the module whose names it sees.
            name = frame.f_globals.get("__file__")
            if not isinstance(name, str) or name in self.done:
                return True
        root = next((root for root in self.roots if name.startswith(root)), None)
        if root is None:
            self.done.add(name)
            return True
        if code.co_name == "<module>" or importing(frame):
            return False
        self.done.add(name)
        self.fresh.append(name[len(root):])
        return True

    def begin(self):
        self.depth += 1
        self.active = True
        if self.monitoring:
            sys.monitoring.set_events(self.tool, sys.monitoring.events.PY_START)
        else:
            sys.setprofile(self.profile)

    def end(self):
        self.depth -= 1
        if self.depth == 0:
            self.active = False
            if not self.monitoring:
                sys.setprofile(None)

    def tell(self):
        if self.fresh:
            fresh, self.fresh = self.fresh, []
            self.channel.send("called", files=fresh)
        if len(sys.modules) != self.modules:
            self.modules = len(sys.modules)
            self.tell_imported()

    def tell_imported(self):
        files = []
        for module in list(sys.modules.values()):
            name = getattr(module, "__dict__", {}).get("__file__")
            root = isinstance(name, str) and name not in self.told and next((r for r in self.roots if name.startswith(r)), None)
            if root:
                self.told.add(name)
                files.append(name[len(root):])
        if files:
            self.channel.send("imported", files=files)

    def audit(self, event, arguments):
        if event in self.STARTS and self.active and not self.starts:
            self.starts = True
            self.channel.send("starts-programs")

    def forked(self):
        self.active = False
        if not self.monitoring:
            sys.setprofile(None)

def importing(frame):
    while frame is not None:
        code = frame.f_code
        if code.co_name in ("_find_and_load", "_exec") and code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
`;
