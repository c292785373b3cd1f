"""Write the reference page of the programming interface from its own description, so that it cannot say anything else.

`make pages` writes docs/reference/api.md; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from reperform.web.api.site import OPERATIONS, ROOT, described

Schema = Mapping[str, Any]

_HEAD = """\
# Programming interface

Generated from the description that `reperform api schema` writes (OpenAPI 3.1); `make pages` writes it again and a test
compares it. How to make a token, read and take a step: [let a program read and act](../how-to/use-the-api.md).

Every address begins with `/{root}`. The roles named may call an operation; whether they see the very record, their
scope says (404), and whether the step is permitted now, the [table of steps](steps.md) says (409). A field that its
reader may not see is absent. Money is in fen, times are UTC, records go by their numbers.

- `number`, `code` and `reason` in an address name the record, the procedure and the reason.
- A list (`{{rows, after}}`) takes `limit` (1 to 200, else 50) and `after`, as the page before answered it.
- A step takes the header `Idempotency-Key`, and `seen`: the version (`seq`) that was read.
- A step that takes files is a multipart request (marked *form*); every other step is JSON.
- **Bold** is required.
"""
_SAID_ABOVE = {"limit", "after", "seen", "Idempotency-Key"}


def page() -> str:
    """Return the whole page."""
    api = described()
    calls = [
        (method.upper(), path.removeprefix(f"/{ROOT}"), call)
        for path, methods in api["paths"].items()
        for method, call in methods.items()
    ]
    calls.sort(key=lambda one: (one[2]["tags"][0], one[1], one[0]))
    parts = [_HEAD.format(root=ROOT)]
    for tag, group in groupby(calls, key=lambda one: one[2]["tags"][0]):
        parts.append(f"## {tag}\n")
        parts += [part for one in group for part in _operation(*one)]
    parts.append("## Shapes\n")
    shapes = _answered([call for _method, _path, call in calls])
    parts += [part for name in sorted(shapes) for part in _shape(name, shapes[name])]
    return "\n".join(parts).rstrip() + "\n"


def _operation(method: str, path: str, call: Schema) -> Iterator[str]:
    roles = sorted(OPERATIONS.access[call["operationId"]].roles or ())
    media, asked = _body(call)
    form = " *form*" if media.startswith("multipart") else ""
    yield f"### {method} /{path}\n"
    yield f"{call['summary']}.{form} For {', '.join(roles)}; answers {_type(_answer(call))}.\n"
    given = [
        (one["name"], one["schema"], one["required"]) for one in call.get("parameters", ()) if one["in"] == "query"
    ]
    given += [(name, one, name in asked.get("required", ())) for name, one in asked.get("properties", {}).items()]
    yield from _table([one for one in given if one[0] not in _SAID_ABOVE])


def _answer(call: Schema) -> Schema:
    found: Schema = call["responses"][200]["content"]["application/json"]["schema"]
    return found


def _body(call: Schema) -> tuple[str, Schema]:
    """Return the media type of what an operation asks, and its shape."""
    for media, one in call.get("requestBody", {}).get("content", {}).items():
        return media, _resolved(one["schema"])
    return "", {}


def _resolved(schema: Schema) -> Schema:
    if "allOf" in schema:
        parts = [_resolved(one) for one in schema["allOf"]]
        return {
            "properties": {name: one for part in parts for name, one in part.get("properties", {}).items()},
            "required": [name for part in parts for name in part.get("required", ())],
        }
    return _named(schema["$ref"]) if "$ref" in schema else schema


def _named(reference: str) -> Schema:
    found: Schema = described()["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _table(rows: list[tuple[str, Schema, bool]]) -> Iterator[str]:
    if rows:
        yield "| field | holds | |\n|---|---|---|"
        for name, one, owed in rows:
            told = ": ".join(filter(None, (_title(name, one), one.get("description", ""))))
            yield f"| {f'**`{name}`**' if owed else f'`{name}`'} | {_type(one)} | {told} |"
        yield ""


def _title(name: str, schema: Schema) -> str:
    """Return the title of a field, where it says more than its name."""
    title = str(schema.get("title", ""))
    return "" if title.casefold() == name.replace("_", " ").casefold() else title


def _type(schema: Schema) -> str:
    """Return in words what a value of a schema is."""
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"] if one.get("type") != "null"))
    if "enum" in schema or "const" in schema:
        words = [word for word in schema.get("enum", [schema.get("const")]) if word]
        return ", ".join(f"`{word}`" for word in words)
    if "contentSchema" in schema:
        return f"JSON: {_type(schema['contentSchema'])}"
    match schema.get("type"):
        case "array":
            return f"list of {_type(schema['items'])}"
        case "object" if "properties" in schema:
            return ", ".join(f"`{name}`" for name in schema["properties"])
        case "integer":
            return f"integer{_range(schema)}"
        case "string":
            most = f", at most {schema['maxLength']:,} signs" if "maxLength" in schema else ""
            kind = str(schema.get("format", "text"))
            return f"{'file' if kind == 'binary' else kind}{most}"
        case None:
            return "value"
    return str(schema["type"])


def _range(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    return "" if least is None else f", {least:,} to {most:,}"


def _link(name: str) -> str:
    return f"[{name}](#shape-{name.lower()})"


def _shape(name: str, schema: Schema) -> Iterator[str]:
    yield f'### <a id="shape-{name.lower()}"></a>{name}\n'
    yield from _table([(key, one, False) for key, one in schema.get("properties", {}).items()])


def _answered(calls: list[Schema]) -> dict[str, Schema]:
    """Return the shapes that the page links: those of answers, and what bodies of requests name within."""
    found: dict[str, Schema] = {}
    waiting: list[Any] = [part for call in calls for part in (_answer(call), _body(call)[1].get("properties", {}))]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            reference = one.get("$ref")
            if reference and (name := reference.rpartition("/")[2]) not in found:
                found[name] = _named(reference)
                waiting.append(found[name])
            waiting += [part for key, part in one.items() if key != "contentSchema"]
    return found
