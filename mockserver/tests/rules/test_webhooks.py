"""An account has room for so many webhooks, and an inactive one makes room."""

import pytest
from msgspec.structs import replace

from mockserver.rules import webhooks
from mockserver.rules.webhooks import Webhook, has_room


@pytest.mark.fact("N4")
def test_an_inactive_webhook_makes_room(monkeypatch):
    """Where there are as many as can be, there is room for one more if one is inactive."""
    monkeypatch.setattr(webhooks, "MAX_WEBHOOKS", 2)
    one = Webhook(webhook_id="a", url="http://x", types=(), created_at=0, updated_at=0)
    assert has_room([])
    assert has_room([one])
    assert not has_room([one, one])
    assert has_room([one, replace(one, is_active=False)])
