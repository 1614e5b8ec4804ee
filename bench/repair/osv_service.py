"""The part of the OSV API that pip-audit asks (`POST /v1/query`), over a dump, on loopback. Usage: osv_service.py DUMP

Prints its port. Matching is that of test/oracle/osv_match.py, so that a peer is not judged by other facts than fettle.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import audit


class Service(BaseHTTPRequestHandler):
    by_name = {}

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        records = self.by_name.get(audit.name_of(name), [])
        vulns = [record for _, letter, members in audit.found(records, asked["version"]) if letter == "y" for record in members]
        body = json.dumps({"vulns": vulns} if vulns else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: the table alone is printed."""


if __name__ == "__main__":
    Service.by_name = audit.oracle.by_package(audit.oracle.documents(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_address[1], flush=True)
    server.serve_forever()
