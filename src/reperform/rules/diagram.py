"""Draw the step table as a diagram, so that the picture in the documents cannot differ from the rules."""

from __future__ import annotations

from reperform.rules.steps import ABSENT, STEPS


def mermaid(kind: str) -> str:
    """Return a Mermaid state diagram of one kind of subject; edges carry the verb and who may take it."""
    lines = ["stateDiagram-v2"]
    for step in STEPS.values():
        if step.kind != kind:
            continue
        who = ", ".join(sorted(role.value for role in step.roles))
        for source in sorted(step.sources):
            start = "[*]" if source == ABSENT else source
            lines.append(f"    {start} --> {step.target or source}: {step.verb} ({who})")
    return "\n".join(lines) + "\n"


def table(kind: str) -> str:
    """Return the same as a Markdown table with the named checks."""
    lines = ["| step | from | to | roles | body | checks |", "|---|---|---|---|---|---|"]
    for step in STEPS.values():
        if step.kind != kind:
            continue
        sources = ", ".join(sorted(source or "(none)" for source in step.sources))
        roles = ", ".join(sorted(role.value for role in step.roles))
        relations = ", ".join(sorted(relation.value for relation in step.relations)) or "any"
        target = step.target or "(same)"
        lines.append(f"| `{step.name}` | {sources} | {target} | {roles} | {relations} | {', '.join(step.checks)} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the whole reference page on steps."""
    kinds = list(dict.fromkeys(step.kind for step in STEPS.values()))
    parts = [
        "# Steps\n\nGenerated from `reperform.rules.steps`; `make pages` writes it again and a test compares it.\n"
    ]
    for kind in kinds:
        parts.append(f"## {kind}\n\n```mermaid\n{mermaid(kind)}```\n\n{table(kind)}")
    return "\n".join(parts)
