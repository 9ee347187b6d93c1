"""No key is ever shown in full: not by the journal, not in a log, not in an error."""

import httpx
import pytest

from mockserver.tests.conftest import PROMPT
from mockserver.tests.test_edges_serve import serving

KEYS = {
    "used": "SG_aaaa1111bbbb2222",
    "bearer": "SG_cccc3333dddd4444",
    "query": "SG_eeee5555ffff6666",
    "misplaced": "SG_abab7777cdcd8888",
    "armed": "SG_ef9ef9ef9ef9ef9e",
    "unseen": "SG_1a2b3c4d5e6f7a8b",
}
LOOKED_AT = [
    "/_mock/health",
    "/_mock/requests",
    "/_mock/jobs",
    "/_mock/faults",
    "/_mock/verdicts",
    "/_mock/clock",
    f"/_mock/accounts/{KEYS['used']}",
    f"/_mock/accounts/{KEYS['unseen']}",
    f"/_mock/account/{KEYS['unseen']}",
    f"/_mock/jobs/{KEYS['unseen']}",
    f"/_mock/faults/{KEYS['unseen']}",
    f"/_mock/requests?since={KEYS['unseen']}",
    f"/_mock/{KEYS['unseen']}",
]
"""Everything that can be read of the control plane, and some mistakes."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What a server shows and prints after a client has put its keys into every place."""
    used = {"x-api-key": KEYS["used"]}
    with serving("--clock", "frozen", cwd=tmp_path_factory.mktemp("served")) as served:
        with httpx.Client(base_url=served.url) as client:
            body = PROMPT | {"negative_prompt": KEYS["misplaced"], KEYS["used"]: 1}
            job = client.post("/v2/ideogram-3", json=body, headers=used).json()
            client.get(
                f"/v2/requests/{job['request_id']}",
                headers=used | {"cookie": KEYS["used"]},
            )
            client.get(f"/v2/requests/{KEYS['misplaced']}", headers=used)
            client.post("/v1/ideogram-3", headers={"authorization": f"Bearer {KEYS['bearer']}"})
            client.post(f"/v1/{KEYS['misplaced']}", json={})
            client.get(f"/v1/get-user-credits?api_key={KEYS['query']}")
            client.post("/v2/ideogram-3", content=KEYS["used"] * 5_000, headers=used)
            fault = {
                "api_key": KEYS["armed"],
                "do": {"status": 500, "body": f"text:{KEYS['armed']}"},
            }
            client.post("/_mock/faults", json=fault)
            client.post("/_mock/faults", json={KEYS["unseen"]: 1})
            client.post("/_mock/faults", json={"do": {KEYS["unseen"]: 1}})
            client.put(f"/_mock/accounts/{KEYS['used']}", json={"denied_models": [KEYS["unseen"]]})
            client.put(f"/_mock/accounts/{KEYS['used']}", json={"plan": KEYS["unseen"]})
            shown = {path: client.get(path).text for path in LOOKED_AT}
            shown["job"] = client.get(f"/_mock/jobs/{job['request_id']}").text
            shown["refused"] = client.post("/_mock/faults", json={"do": {KEYS["unseen"]: 1}}).text
        _, _, shown["log"] = served.stop()
    return shown


@pytest.mark.parametrize("whose", KEYS)
@pytest.mark.parametrize("where", [*LOOKED_AT, "job", "refused", "log"])
def test_no_key_is_shown_in_full(seen, whose, where):
    """Wherever a client or a test put it, a key ends up as its last four characters."""
    assert KEYS[whose] not in seen[where]


def test_keys_can_still_be_told_apart(seen):
    """The last four characters are there, so that a reader knows which key it was."""
    for whose in ("used", "bearer", "query", "misplaced"):
        assert f"...{KEYS[whose][-4:]}" in seen["/_mock/requests"]
