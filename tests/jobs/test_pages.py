"""Background work on the pages: who works it off, how far it is; cancelled and tried again by a button."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reperform.jobs import queue, tasks
from reperform.ledger.models import Account, Job, Worker
from reperform.rectify.organise import suspend
from tests.jobs.off import worked_off
from tests.web.conftest import SignedIn, signed_in  # noqa: F401 - a fixture
from tests.web.loaded import BEFORE, load
from tests.web.scene import make_district
from tests.world import World


@pytest.fixture
def auditor(world: World, signed_in: SignedIn) -> Client:  # noqa: F811
    return signed_in(world.auditor)


def asked(world: World, person: Account | None = None) -> Job:
    snapshot = load(world, BEFORE)
    return queue.ask(
        tasks.run_procedures, by=person or world.auditor, total=2, snapshot=snapshot.number, engagement="",
        codes=["SI-01", "FF-01"], settings={},
    )  # fmt: skip


def test_the_list_is_empty_and_then_says_that_nobody_works(world: World, auditor: Client) -> None:
    assert "Nothing was done in the background yet." in auditor.get(reverse("jobs")).content.decode()
    job = asked(world)
    text = auditor.get(reverse("jobs")).content.decode()
    assert "No worker is running: what waits stays where it is." in text
    assert reverse("job", args=[job.pk]) in text
    Worker.objects.create(name="w", started_at=timezone.now(), beat_at=timezone.now())
    assert "1 worker is running" in auditor.get(reverse("jobs")).content.decode()
    assert "No worker is running" not in auditor.get(reverse("job", args=[job.pk])).content.decode()


def test_the_page_of_a_job_asks_again_until_it_has_ended(world: World, auditor: Client) -> None:
    job = asked(world)
    url = reverse("job", args=[job.pk])
    panel = auditor.get(url, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="{url}"' in panel
    assert "<html" not in panel
    worked_off()
    ended = auditor.get(url).content.decode()
    assert "hx-get" not in ended
    assert "2 of 2" in ended


def test_a_job_is_cancelled_and_tried_again_by_a_button(world: World, auditor: Client) -> None:
    job = asked(world)
    assert auditor.post(reverse("job_cancel", args=[job.pk])).status_code == 302
    assert "Cancelled" in auditor.get(reverse("job", args=[job.pk])).content.decode()
    assert auditor.post(reverse("job_cancel", args=[job.pk])).status_code == 409
    assert auditor.post(reverse("job_retry", args=[job.pk])).status_code == 302
    assert worked_off() == 1


def test_an_error_is_shown_in_words_and_the_administrator_sees_no_run(
    world: World,
    auditor: Client,
    signed_in: SignedIn,  # noqa: F811
) -> None:
    failed, done = asked(world, world.auditor_two), asked(world)
    suspend(world.auditor_two, by=world.administrator, at=world.now())
    worked_off()
    assert "Who asked for this job may no longer act." in auditor.get(reverse("job", args=[failed.pk])).content.decode()
    assert "RP-RUN-" in auditor.get(reverse("job", args=[done.pk])).content.decode()
    kept = signed_in(world.administrator)
    assert "RP-RUN-" not in kept.get(reverse("job", args=[done.pk])).content.decode()


def test_another_offices_job_is_not_there(world: World, signed_in: SignedIn) -> None:  # noqa: F811
    job = asked(world)
    stranger = signed_in(make_district(world).auditor)
    assert stranger.get(reverse("job", args=[job.pk])).status_code == 404
    assert stranger.post(reverse("job_cancel", args=[job.pk])).status_code == 404


def test_the_list_has_pages(world: World, auditor: Client) -> None:
    for _one in range(21):
        queue.ask(tasks.notify, by=world.auditor)
    first = auditor.get(reverse("jobs"))
    following = auditor.get(reverse("jobs"), {"after": first.context["after"]})
    assert len({row.job.pk for page in (first, following) for row in page.context["jobs"]}) == 21
    assert auditor.get(reverse("jobs"), {"after": "2026-01-01T00:00:00+00:00,no-number"}).status_code == 200
