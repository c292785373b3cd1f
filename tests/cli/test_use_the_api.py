"""The guide to the programming interface is followed word for word: commands at the prompt, calls by a program."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reperform.ledger.models import Account, Token
from reperform.rectify.organise import enrol
from reperform.rules.standing import Role
from tests.cli.conftest import Call
from tests.web.scene import with_items
from tests.world import START, World

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
WHERE = "/api/1"


def lines(program: str, **given: str) -> list[list[str]]:
    """Return the lines of the page that call a program, split as a shell would, without its name."""
    blocks = "\n".join(block.partition("\n")[2] for block in PAGE.split("```")[1::2]).replace("\\\n", " ")
    for name, text in given.items():
        blocks = blocks.replace(f"${name}", text)
    words = [shlex.split(line) for line in blocks.splitlines() if line.strip()]
    assert {one[0] for one in words} == {"reperform", "curl"}, "a line of the page that this test does not run"
    return [one[1:] for one in words if one[0] == program]


def called(words: list[str]) -> Any:
    """Send what a line of curl would send."""
    *options, address = words
    given = list(zip(options[::2], options[1::2], strict=True))
    head = dict(text.split(": ", 1) for option, text in given if option == "-H")
    where, client = urlsplit(address), Client()
    parts: dict[str, Any] = {}
    for name, _equals, text in (one.partition("=") for option, one in given if option == "-F"):
        parts[name] = SimpleUploadedFile(text[1:], b"voucher") if text.startswith("@") else text
    if parts:
        return client.post(where.path, parts, headers=head)
    if body := [text for option, text in given if option == "-d"]:
        return client.post(where.path, body[0], content_type=head.pop("Content-Type"), headers=head)
    return client.get(f"{where.path}?{where.query}", headers=head)


@pytest.fixture
def li(world: World) -> Account:
    """The person for whom the page speaks."""
    body = world.bodies["YJ-SIF"]
    return enrol(username="li", name="李", role=Role.LIAISON, body=body, password=None, by=None, at=START)


def token(ask: Call, *options: object) -> str:
    made = ask("--as", "li", "account", "token", "财务系统", *options, "--json")
    assert made.code == 0, made.err
    return str(made.json["token"])


def me(text: str) -> int:
    return Client().get(f"{WHERE}/me", headers={"Authorization": f"Bearer {text}"}).status_code


@pytest.mark.usefixtures("li")
def test_the_page_is_run_from_the_token_to_its_end(
    ask: Call, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = with_items(world, 2)
    assert finding.number in PAGE
    monkeypatch.chdir(tmp_path)
    make, list_, _revoke, describe = lines("reperform")
    made, listed = ask(*make), ask(*list_)
    assert (made.code, listed.code) == (0, 0)
    text = made.out.strip()
    assert Token.objects.get().number in listed.out
    for words in lines("curl", TOKEN=text):
        answer = called(words)
        assert answer.status_code == 200, (words, answer.content.decode())
    finding.refresh_from_db()
    assert finding.state == "submitted"
    assert [one.name for one in finding.evidence.all()] == ["回单.pdf"]
    assert ask(*lines("reperform", NUMBER=Token.objects.get().number)[2]).code == 0
    assert {called(words).status_code for words in lines("curl", TOKEN=text)} == {401}
    assert ask(*describe).code == 0
    assert json.loads(Path("openapi.json").read_text(encoding="utf-8"))["openapi"].startswith("3.1")


@pytest.mark.usefixtures("li")
def test_a_token_written_into_a_file_is_not_shown(ask: Call, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    made = ask("--as", "li", "account", "token", "财务系统", "--file", file, "--json")
    assert (made.code, made.json["token"]) == (0, None)
    text = file.read_text(encoding="utf-8").split()[-1]
    assert text not in made.out + made.err
    assert me(text) == 200
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("li")
def test_the_list_says_when_a_token_was_used_and_never_what_it_is(ask: Call) -> None:
    text = token(ask)
    before = ask("--as", "li", "account", "tokens", "--json")
    assert before.json["tokens"][0]["last_used"] is None
    assert me(text) == 200
    after = ask("--as", "li", "account", "tokens", "--json")
    assert after.json["tokens"][0]["last_used"] is not None
    assert text.split("_", 2)[2] not in after.out
    assert ask("--as", "auditor", "account", "tokens", "--json").json["tokens"] == []


@pytest.mark.usefixtures("li")
def test_the_token_of_another_is_not_there_to_be_revoked(ask: Call) -> None:
    text, number = token(ask), Token.objects.get().number
    assert ask("--as", "auditor", "account", "revoke", number).code == 2
    assert me(text) == 200
    assert ask("--as", "li", "account", "revoke", number).code == 0
    assert ask("--as", "li", "account", "revoke", number).code == 1
    assert me(text) == 401


@pytest.mark.usefixtures("li")
@pytest.mark.parametrize("wrong", [("--scope", "all"), ("--days", "0"), ("--days", "100000")])
def test_a_token_without_bounds_is_not_made(ask: Call, wrong: tuple[str, str]) -> None:
    assert ask("--as", "li", "account", "token", "财务系统", *wrong).code in {1, 2, 3}
    assert not Token.objects.exists()


@pytest.mark.usefixtures("li")
def test_the_description_at_the_prompt_is_the_one_that_is_served(ask: Call) -> None:
    served = Client().get(f"{WHERE}/openapi.json", headers={"Authorization": f"Bearer {token(ask)}"}).json()
    printed = ask("--lang", "zh", "api", "schema")
    assert (printed.code, json.loads(printed.out)) == (0, served)
