/**
 * Runs beside the service, in its namespaces, with the standard library alone: waits until something listens on the port, asks each
 * path, and tells on standard output as JSON what came of it. Standard input: {"port", "paths", "waitMs", "answerMs"}.
 */
export const PROBE_DRIVER = `
import http.client, json, socket, sys, time
asked = json.load(sys.stdin)
port = asked["port"]
started = time.monotonic()

def since():
    return round((time.monotonic() - started) * 1000)

def sockets():
    # Linux: state 0A is LISTEN; addresses are in the machine's byte order, ports in hexadecimal (proc(5)).
    found = []
    for family in ("tcp", "tcp6"):
        try:
            lines = open("/proc/net/" + family).read().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            local, state = line.split()[1], line.split()[3]
            if state == "0A":
                address, number = local.rsplit(":", 1)
                found.append([address, int(number, 16)])
    return found

def listens():
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False

listening = None
while listening is None and since() < asked["waitMs"]:
    if listens():
        listening = since()
    else:
        time.sleep(0.02)

def ask(path):
    begun = time.monotonic()
    took = lambda: round((time.monotonic() - begun) * 1000)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=asked["answerMs"] / 1000)
        connection.request("GET", path, headers={"user-agent": "fettle"})
        response = connection.getresponse()
        body = response.read(300)
        return {"path": path, "status": response.status, "ms": took(), "body": body.decode("utf-8", "replace"), "error": None}
    except Exception as error:
        return {"path": path, "status": None, "ms": took(), "body": "", "error": type(error).__name__ + ": " + str(error)}

answers = [] if listening is None else [ask(path) for path in asked["paths"]]
print(json.dumps({"listeningMs": listening, "sockets": sockets(), "answers": answers}))
`;
