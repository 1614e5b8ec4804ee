/** Runs pytest in this process with a plugin that reports each test, over its phases (pytest's "Writing hook functions"). */
export const PYTEST = String.raw`
def run_pytest(config, channel, watch):
    import pytest
    hook = pytest.hookimpl

    class Reporter:
        """PYTEST_DONT_REWRITE"""
        def __init__(self):
            only = config["only"]
            self.only = None if only is None else set(only)
            self.phases, self.errors = [], {}

        @hook(hookwrapper=True, tryfirst=True)
        def pytest_cmdline_main(self, config):
            # All tests, one after the other in this process, whatever addopts asks for: what runs is known, and all is compared.
            for name, value in (("maxfail", 0), ("continue_on_collection_errors", True), ("stepwise", False), ("usepdb", False),
                                ("numprocesses", None), ("dist", "no"), ("tx", [])):
                if hasattr(config.option, name):
                    setattr(config.option, name, value)
            yield

        @hook(hookwrapper=True)
        def pytest_load_initial_conftests(self):
            outcome = yield
            if outcome.excinfo is not None:
                error = outcome.excinfo[1]
                channel.send("broken", error=described(error), text=last_lines(safely_text(error)))

        def pytest_internalerror(self, excrepr, excinfo):
            channel.send("broken", error=described(excinfo.value), text=last_lines(str(excrepr)))

        def pytest_exception_interact(self, node, call, report):
            if call is not None and call.excinfo is not None:
                self.errors[report.nodeid] = described(call.excinfo.value)

        def pytest_collectreport(self, report):
            # What was raised is told after this report; the session's end is the first moment when both are known.
            if report.failed:
                channel.send("uncollected", id=cut(report.nodeid, 2000), text=last_lines(report.longreprtext))
            elif report.skipped:
                reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
                channel.send("test", id=cut(report.nodeid, 2000), outcome="skipped", seconds=0, text=cut(str(reason), 400), error=None)

        @hook(hookwrapper=True)
        def pytest_collection_modifyitems(self, config, items):
            yield
            if self.only is not None:
                left = [item for item in items if item.nodeid not in self.only]
                items[:] = [item for item in items if item.nodeid in self.only]
                config.hook.pytest_deselected(items=left)

        def pytest_collection_finish(self, session):
            for node, error in self.errors.items():
                channel.send("uncollected-error", id=cut(node, 2000), error=error)
            self.errors.clear()
            ids = [cut(item.nodeid, 2000) for item in session.items]
            for at in range(0, len(ids), 500):
                channel.send("collected", ids=ids[at : at + 500])

        @hook(hookwrapper=True, tryfirst=True)
        def pytest_runtest_protocol(self, item):
            self.phases = []
            channel.send("start", id=cut(item.nodeid, 2000))
            yield
            watch.tell()
            outcome, text = outcome_of(self.phases)
            seconds = sum(getattr(report, "duration", 0) or 0 for report in self.phases)
            channel.send("test", id=cut(item.nodeid, 2000), outcome=outcome, seconds=seconds, text=text,
                         error=self.errors.pop(item.nodeid, None) if outcome in ("failed", "error") else None)

        @hook(hookwrapper=True, trylast=True)
        def pytest_fixture_setup(self):
            watch.begin()
            yield
            watch.end()

        @hook(hookwrapper=True, trylast=True)
        def pytest_runtest_call(self):
            watch.begin()
            yield
            watch.end()

        @hook(hookwrapper=True, trylast=True)
        def pytest_runtest_teardown(self, item):
            # What fixtures do after their yield; without fixtures there is only pytest's own work.
            watched = bool(getattr(item, "fixturenames", None))
            if watched:
                watch.begin()
            yield
            if watched:
                watch.end()

        def pytest_runtest_logreport(self, report):
            # A plugin that runs a failed test again reports "rerun", and then all phases anew.
            if report.outcome == "rerun" or report.when == "setup":
                self.phases = []
            if report.outcome != "rerun":
                self.phases.append(report)

        @hook(trylast=True)
        def pytest_sessionfinish(self, session, exitstatus):
            watch.tell()
            channel.send("finish", status=int(exitstatus))

    sys.argv = ["pytest"]
    return pytest.main([], plugins=[Reporter()])

def outcome_of(phases):
    for report in phases:
        if report.failed:
            return ("failed" if report.when == "call" else "error"), last_lines(report.longreprtext)
    for report in phases:
        reason = getattr(report, "wasxfail", None)
        if reason is not None:
            return ("xfailed" if report.skipped else "xpassed"), cut(str(reason), 400)
        if report.skipped:
            where = report.longrepr
            return "skipped", cut(str(where[2] if isinstance(where, tuple) else where), 400)
    if any(report.when == "call" for report in phases):
        return "passed", ""
    return "error", "its runner reported nothing of it"
`;
