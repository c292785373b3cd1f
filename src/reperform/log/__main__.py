"""`python3 -m reperform.log BUNDLE`: verify a bundle where nothing but Python is installed."""

from __future__ import annotations

import argparse
import gettext
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from reperform.errors import N_, ReperformError, Translate, Usage
from reperform.log.report import Answer, Report
from reperform.log.verify import verify

_MARKS = {Answer.OK: N_("ok"), Answer.FAILED: N_("FAILED"), Answer.NOT_CHECKED: N_("not checked")}
_VERDICTS = {
    0: N_("Nothing was altered, nothing is missing, every disclosed step was permitted - as far as it was checked."),
    3: N_("This can't be read as a bundle."),
    4: N_("DO NOT RELY ON THIS BUNDLE: it was altered, or it holds what is not permitted."),
    5: N_("Nothing can be said: an essential part could not be checked."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m reperform.log",
        description="Verify a bundle of the log. Exit code: 0 ok, 3 not a bundle, 4 altered or not permitted, 5 open.",
        epilog="Example: python3 -m reperform.log bundle.zip --key audit.example/ledger+3f9a1c07+AYi3...",
    )
    parser.add_argument("bundle", type=Path, help="the bundle, as it was handed over")
    parser.add_argument("--key", metavar="VKEY", help="the public key of the log, from another source than the bundle")
    parser.add_argument("--expect", metavar="FILE", type=Path, help="a checkpoint of this log that you kept earlier")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        report = verify(given.bundle, vkey=given.key, expect_checkpoint=_read(given.expect))
    except ReperformError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    translate = _translation()
    shown = json.dumps(report.to_json(translate), ensure_ascii=False, indent=1)
    print(shown if given.json else as_text(report, translate))
    return report.exit_code


def as_text(report: Report, translate: Translate = str) -> str:
    """Return the report for reading: the verdict, then one line per question."""
    lines = [translate(_VERDICTS[report.exit_code]), ""]
    for check in report.checks:
        rule = f" [{check.rule}]" if check.rule else ""
        lines.append(f"{translate(_MARKS[check.answer]):<11}  {check.name:<10}  {check.render(translate)}{rule}")
    return "\n".join(lines)


def _translation() -> Translate:
    """Return the words of the reader's language (LANGUAGE, LANG), English where there are none."""
    return gettext.translation("django", Path(__file__).parents[1] / "locale", fallback=True).gettext


def _read(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(N_("The checkpoint {path} can't be read: {reason}"), path=path, reason=error) from error


if __name__ == "__main__":
    sys.exit(main())
