"""The part of the OSV API that pip-audit and uv ask, over a dump, on loopback. Usage: osv_service.py DUMP

`POST /v1/query` and `/v1/querybatch`, `GET /v1/vulns/ID`. Prints its port, and ends with its standard input. Matching is that of test/oracle/osv_match.py, so that
a peer is not judged by other facts than fettle. What was asked before is answered from memory: it is not the service that is measured.
"""

import functools
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import audit

BY_NAME = {}
BY_ID = {}


@functools.cache
def vulns(name, version):
    """The records that touch a version; without one, all records of the package."""
    records = BY_NAME.get(audit.name_of(name), [])
    if version is None:
        return [record for record, _ in records]
    found = audit.found(records, version)
    return [record for _, letter, members in found if letter == "y" for record in members]


def asked(query):
    return vulns(query["package"]["name"], query.get("version"))


def queried(query):
    found = asked(query)
    return {"vulns": found} if found else {}


def named(query):
    """In a batch records are named alone."""
    found = asked(query)
    return {"vulns": [{"id": one["id"], "modified": one["modified"]} for one in found]} if found else {}


def readable(record):
    """uv refuses a record with a reference that is no address, and with it the whole answer: such references are left out."""
    references = [one for one in record.get("references") or [] if "://" in one["url"]]
    return {**record, "references": references}


def end_with_input():
    """Whoever started it holds its standard input: it does not outlive them."""
    sys.stdin.read()
    os._exit(0)


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/querybatch":
            self.answer({"results": [named(query) for query in body["queries"]]})
        else:
            self.answer(queried(body))

    def do_GET(self):
        record = BY_ID.get(self.path.removeprefix("/v1/vulns/"))
        self.answer({} if record is None else record, 404 if record is None else 200)

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            # Who asked has stopped; it says why itself.
            self.close_connection = True

    def log_message(self, *_):
        """Nothing: the table alone is printed."""


if __name__ == "__main__":
    records = [readable(record) for record in audit.oracle.documents(sys.argv[1])]
    BY_NAME.update(audit.oracle.by_package(records))
    BY_ID.update({record["id"]: record for records in BY_NAME.values() for record, _ in records})
    threading.Thread(target=end_with_input, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_address[1], flush=True)
    server.serve_forever()
