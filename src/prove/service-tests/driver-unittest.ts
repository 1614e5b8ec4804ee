/** Runs unittest in this process, as `python -m unittest discover` from the folder above each outermost package does. */
export const UNITTEST = String.raw`
class Reporter(unittest.TestResult):
    def __init__(self, channel, watch):
        super().__init__()
        self.channel, self.watch = channel, watch
        self.reported, self.groups = set(), {}

    def startTest(self, test):
        super().startTest(test)
        self.outcome, self.text, self.error = "passed", "", None
        import time
        self.clock, self.since = time.perf_counter, time.perf_counter()
        self.channel.send("start", id=cut(test.id(), 2000))
        self.watch.begin()

    def stopTest(self, test):
        self.watch.end()
        self.watch.tell()
        super().stopTest(test)
        self.tell(test, self.outcome, self.text, self.error, self.clock() - self.since)

    def tell(self, test, outcome, text, error, seconds):
        self.reported.add(test.id())
        self.channel.send("test", id=cut(test.id(), 2000), outcome=outcome, seconds=seconds, text=text, error=error)

    def tell_held_back(self, tests):
        """Tests that did not start because the set-up of their class or module failed, or skipped them."""
        for test in tests:
            kind = type(test)
            groups = ("setUpClass (%s.%s)" % (kind.__module__, kind.__qualname__), "setUpModule (%s)" % kind.__module__)
            why = next((self.groups[group] for group in groups if group in self.groups), None)
            if why is not None and test.id() not in self.reported:
                self.tell(test, *why, seconds=0)

    def came_to(self, outcome, test, error):
        text = last_lines("".join(traceback.format_exception(*error)))
        if not isinstance(test, unittest.TestCase):
            # setUpClass, tearDownModule and their like: no test has that name.
            self.groups[test.id()] = outcome, text, described(error[1])
            if not test.id().startswith("setUp"):
                self.channel.send("uncollected", id=cut(test.id(), 2000), text=text)
                self.channel.send("uncollected-error", id=cut(test.id(), 2000), error=described(error[1]))
        elif self.outcome == "passed":
            self.outcome, self.text, self.error = outcome, text, described(error[1])

    def addError(self, test, err):
        self.came_to("error", test, err)

    def addFailure(self, test, err):
        self.came_to("failed", test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.came_to("failed" if issubclass(err[0], test.failureException) else "error", test, err)

    def addSkip(self, test, reason):
        if isinstance(test, unittest.TestCase):
            self.outcome, self.text = "skipped", cut(str(reason), 400)
        else:
            self.groups[test.id()] = "skipped", cut(str(reason), 400), None

    def addExpectedFailure(self, test, err):
        self.outcome = "xfailed"

    def addUnexpectedSuccess(self, test):
        self.outcome = "xpassed"

def module_name(path):
    """What a test file is imported as, and the folder that this is said from: above its outermost package."""
    folder, file = os.path.split(os.path.abspath(path))
    names = [os.path.splitext(file)[0]]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        names.insert(0, package)
    return ".".join(names), folder

def load(path, channel):
    import importlib
    name, folder = module_name(path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        module = importlib.import_module(name)
        found = getattr(module, "__file__", None)
        if found is None or os.path.realpath(found) != os.path.realpath(path):
            raise ImportError("%r module incorrectly imported from %r, expected %r" % (name, found, path), name=name)
        return unittest.defaultTestLoader.loadTestsFromModule(module)
    except unittest.SkipTest as skip:
        channel.send("test", id=name, outcome="skipped", seconds=0, text=cut(str(skip), 400), error=None)
    except (Exception, SystemExit) as error:
        channel.send("uncollected", id=name, text=last_lines("".join(traceback.format_exception(type(error), error, error.__traceback__))))
        channel.send("uncollected-error", id=name, error=described(error))
    return unittest.TestSuite()

def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test

def run_unittest(config, channel, watch):
    only = None if config["only"] is None else set(config["only"])
    suites = [load(path, channel) for path in config["files"]]
    tests = [test for suite in suites for test in flat(suite) if only is None or test.id() in only]
    ids = [cut(test.id(), 2000) for test in tests]
    for at in range(0, len(ids), 500):
        channel.send("collected", ids=ids[at : at + 500])
    watch.tell()
    reporter = Reporter(channel, watch)
    unittest.TestSuite(tests).run(reporter)
    reporter.tell_held_back(tests)
    watch.tell()
    channel.send("finish", status=0)
    return 0
`;
