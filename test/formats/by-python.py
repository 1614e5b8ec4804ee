"""Judges documents by libraries of others: one path and kind a line on standard input, one answer a line: "ok", or why not."""

import sys


def spdx(path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    messages = validate_full_spdx_document(parse_file(path), "SPDX-2.3")
    return "; ".join(message.validation_message for message in messages)


def junit(path):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(sys.argv[1]))
    document = etree.parse(path, etree.XMLParser(resolve_entities=False))
    return "" if schema.validate(document) else str(schema.error_log.last_error)


for line in sys.stdin:
    kind, path = line.rstrip("\n").split("\t")
    try:
        said = {"spdx": spdx, "junit": junit}[kind](path)
    except Exception as error:
        said = repr(error)
    print(said.replace("\n", " ") or "ok", flush=True)
