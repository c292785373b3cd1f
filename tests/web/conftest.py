"""Pages are asked through Django's client, signed in as one of the people of the small world."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from reperform.ledger.models import Account
from tests.web.scene import District, make_district
from tests.world import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
SignedIn = Callable[[Account], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    """Return a client in which a person is signed in; English unless a cookie says otherwise."""

    def enter(account: Account, language: str = "en") -> Client:
        client = Client()
        client.force_login(account, backend=BACKEND)
        client.cookies["django_language"] = language
        return client

    return enter


@pytest.fixture
def district(world: World) -> District:
    return make_district(world)
