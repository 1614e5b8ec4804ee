/**
 * The program that the sandbox runs (`python -I -S -c`, so that no file of the environment takes part in it): it starts
 * the tests as its child and passes on what they report. The child's own output goes into a pipe of its own, of which
 * the tail is kept, so nothing that a test prints can stand where a report is read. A line of a report starts with a
 * word that is made anew for each run.
 */
export const SUPERVISOR = String.raw`
import json, os, selectors, signal, subprocess, sys, threading, time

order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
mark = order["mark"].encode("ascii")
TAIL, LINE, DRAIN, EVERY = 16384, 2000000, 1.0, 1.0

def tell(line):
    view = memoryview(line)
    while view:
        view = view[os.write(1, view):]

def say(**event):
    tell(mark + b" " + json.dumps(event).encode("ascii") + b"\n")

reports, reports_in = os.pipe()
child = subprocess.Popen(
    [sys.executable, "-c", "import sys; exec(compile(sys.stdin.read(), '<fettle>', 'exec'), {'__name__': '_fettle'})"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=(reports_in,))
os.close(reports_in)

def hand_over():
    told = dict(order["config"], channel=reports_in, mark=order["mark"])
    program = "config = __import__('json').loads(%s)\n%s" % (ascii(json.dumps(told)), order["program"])
    try:
        child.stdin.write(program.encode("utf-8"))
        child.stdin.close()
    except OSError:
        pass  # It ended before it read its program: how it ended is told below.

threading.Thread(target=hand_over, daemon=True).start()
ready = selectors.DefaultSelector()
for pipe in (reports, child.stdout.fileno()):
    os.set_blocking(pipe, False)
    ready.register(pipe, selectors.EVENT_READ)

pending, tail, shown, next_show, listens = b"", b"", b"", time.monotonic() + EVERY, False
ended_at, hangs_at = None, time.monotonic() + order["hangs_after"]
while ready.get_map():
    for key, _ in ready.select(0.1):
        try:
            chunk = os.read(key.fd, 65536)
        except BlockingIOError:
            continue
        if not chunk:
            ready.unregister(key.fd)
        elif key.fd != reports:
            tail = (tail + chunk)[-TAIL:]
        else:
            lines = (pending + chunk).split(b"\n")
            pending = lines.pop()[:LINE]
            whole = [line + b"\n" for line in lines if line.startswith(mark)]
            listens = listens or bool(whole)
            tell(b"".join(whole))
    now = time.monotonic()
    if ended_at is None and child.poll() is not None:
        ended_at = now
    if ended_at is None and listens and now > hangs_at:
        os.kill(child.pid, signal.SIGRTMAX - 1)
        hangs_at = float("inf")
    if ended_at is not None and now - ended_at > DRAIN:
        break  # What it left behind still holds the pipes; the sandbox ends it.
    if now > next_show and tail != shown:
        say(event="output", text=tail[-4096:].decode("utf-8", "replace"))
        shown, next_show = tail, now + EVERY
say(event="ended", code=child.wait(), output=tail.decode("utf-8", "replace"))
`;
