"""Who is calling."""

from decimal import Decimal
from uuid import UUID

import pytest

from mockserver.tests.conftest import OTHER_KEY, Client

WHO = "/api/auth/authenticate"


@pytest.mark.fact("N15")
def test_an_account_is_somebody(client):
    """Id and address belong to the key, plan and credits are the account's."""
    client.account(plan="free", free_credits=Decimal("1.5"))
    told = client.get(WHO).json
    assert UUID(told["user_id"]).version == 4
    assert told["email"].endswith(".invalid")
    assert (told["plan"], told["requests_per_minute"]) == ("free", 5)
    assert (told["credits"], told["free_credits"]) == (100, 1.5)
    assert client.get(WHO).json == told
    assert Client().get(WHO).json["user_id"] == told["user_id"]
    assert client.get(WHO, key=OTHER_KEY).json["user_id"] != told["user_id"]
