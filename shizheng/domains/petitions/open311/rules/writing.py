"""One document, two formats: JSON as it is, XML with the name that its place has in GeoReport v2.

JSON follows XML by the standard's Spark convention: an element that only holds elements of one name is a list.
"""

import json
import re
from xml.sax.saxutils import escape

Value = object
XML, JSON = "xml", "json"
TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
ONE_OF = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
"""What one thing of a list is called in XML."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(document: Value) -> bytes:
    """The document as JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False).encode()


def as_xml(root: str, document: Value) -> bytes:
    """The document as XML in UTF-8 under an element `root`; characters that XML cannot hold become U+FFFD."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + _element(root, document)).encode()


def write(form: str, root: str, document: Value) -> bytes:
    """The document in a format (`xml`, `json`)."""
    return as_json(document) if form == JSON else as_xml(root, document)


def text_of(value: Value) -> str:
    """A single value as XML says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _element(name: str, value: Value) -> str:
    if isinstance(value, dict):
        inner = "".join(_element(str(key), each) for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        inner = "".join(_element(ONE_OF[name], each) for each in value)
    else:
        # a bare carriage return would come back as a line feed
        inner = escape(_NOT_XML.sub("\ufffd", text_of(value)), {"\r": "&#13;"})
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
