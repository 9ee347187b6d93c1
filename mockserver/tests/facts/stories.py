"""Stories of sound emulators, as a client would see them: each fact is spoken about in one."""

from __future__ import annotations

import gzip
from decimal import Decimal
from functools import cache

import msgspec

from mockserver import fixtures
from mockserver.base.json_encoding import encode
from mockserver.facts.observed import Body, Observed, Story
from mockserver.fixtures.scripts_sdk import DOT
from mockserver.state.account import AccountSettings
from mockserver.tests.facts.witness import (
    CATALOGUE,
    HOST,
    KEY,
    Witness,
    find_example,
    find_id,
    find_path,
    spell_with_dashes,
)

IMAGE = "ideogram-3"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
OTHER, POOR, LIMITED = "SG_ffeeddccbbaa9988", "SG_ffeeddccbbaa9977", "SG_ffeeddccbbaa9966"
STRANGE = "SG_ffeeddccbbaa9955"
HOUR_S, WEEK_S = 3600, 7 * 24 * 3600

SLUGS = (
    *("claude-4.5-sonnet", "gemini-2.5-flash", "gpt-5.5"),
    *("lyria-2", "hunyuan-3d-2", "gemini-embedding-001", "text-embedding-3-small"),
    *("eleven-labs-transcript", "bria-fibo-generate", "sdxl1.0-txt2img"),
)
"""A model of each kind beside those of pictures and films."""

STORIES = {}
"""What plays each story on a witness, and the settings of its emulator, by its name."""


def plays(name, **settings):
    """Make a function one of the stories."""

    def register(play):
        STORIES[name] = (play, settings)
        return play

    return register


@cache
def tell(name):
    """Return a story by its name."""
    play, settings = STORIES[name]
    witness = Witness(**settings)
    play(witness)
    return witness.story


def finish(witness, submitted, **more):
    """Poll a run before it begins, within it and when it has ended; return its result."""
    identifier = find_id(submitted)
    witness.poll(identifier, **more)
    seconds = CATALOGUE.models[submitted.subject].compute_seconds(
        submitted.request_body.document, witness.emulator.settings.speed
    )
    witness.advance(seconds / 2)
    witness.poll(identifier, **more)
    witness.advance(seconds)
    return witness.poll(identifier, **more)


@plays("a picture")
def play_picture(witness):
    """A run from its submit to the end of its output."""
    witness.read_balance()
    witness.read_balance()
    submitted = witness.submit(IMAGE)
    identifier = find_id(submitted)
    result = finish(witness, submitted)
    witness.read_balance()
    witness.poll(spell_with_dashes(identifier))
    output = find_path(result.body.document["output"])
    witness.ask("GET", output, key=None)
    witness.ask("HEAD", output, key=None)
    for part in (
        "bytes=0-9",
        "bytes=-5",
        "bytes=10-",
        "bytes=99999999-",
        "bytes=0-1,4-5",
        "items=1",
    ):
        witness.ask("GET", output, key=None, headers={"range": part})
    witness.submit(IMAGE)
    witness.submit(IMAGE, headers={"idempotency-key": "one"})
    witness.submit(IMAGE, headers={"idempotency-key": "one"})
    witness.advance(HOUR_S + 60)
    witness.poll(identifier, known={"id-expired"})
    witness.advance(WEEK_S)
    witness.ask("GET", output, key=None)


@plays("several pictures")
def play_pictures(witness):
    """A run of several pictures on both versions."""
    for slug in ("flux-schnell", "seedream-4.5"):
        params = {CATALOGUE.models[slug].terms.output.count_parameter[0]: 3}
        finish(witness, witness.submit(slug, params))
        witness.run(slug, params)


@plays("a film")
def play_film(witness):
    """A film with its last frame, and one without."""
    for asked in (True, False):
        result = finish(witness, witness.submit("seedance-2.0", {"return_last_frame": asked}))
        witness.ask("GET", find_path(result.body.document["output"]), key=None)
    witness.run("seedance-2.0")


@plays("other kinds")
def play_kinds(witness):
    """Models of every other kind on both versions."""
    for slug in SLUGS:
        finish(witness, witness.submit(slug))
        witness.run(slug)
    several = {"input": ["one", "two"]}
    finish(witness, witness.submit("text-embedding-3-small", several))
    finish(witness, witness.submit("mock-inference", {"sleep": 2.5}))
    witness.read_balance()


@plays("failures")
def play_failures(witness):
    """Runs that fail in the run, for their content and for a value; each between balances."""
    for params in (
        {"prompt": "mock:fail=The worker ran out of memory."},
        {"prompt": "mock:block"},
        {"prompt": ""},
        {"seed": "not a number"},
    ):
        witness.read_balance()
        submitted = witness.submit(IMAGE, params)
        witness.advance(60)
        witness.poll(find_id(submitted))
        witness.run(IMAGE, params)
        witness.read_balance()
    finish(witness, witness.submit(IMAGE))
    witness.run(IMAGE, {"style_type": "NONE_OF_THEM"})
    witness.run(IMAGE)
    witness.read_balance()


@plays("an edge")
def play_edge(witness):
    """Pages of the edge, an error within, and a run that takes too long."""
    for code in ("0500", "0502", "0504"):
        witness.run(IMAGE, key=f"SG_000000000000{code}")
        witness.submit(IMAGE, key=f"SG_000000000000{code}")
    witness.run(IMAGE, {"prompt": "mock:stall"})


@plays(
    "refusals",
    accept="listed",
    triggers=False,
    accounts={
        KEY: AccountSettings(),
        OTHER: AccountSettings(denied_models=["*"]),
        POOR: AccountSettings(credits=Decimal(0)),
        LIMITED: AccountSettings(requests_per_minute=1),
    },
)
def play_refusals(witness):
    """Everything that can be wrong with a key, a path, an account or a model."""
    for key, known in ((None, ()), (STRANGE, {"key-unknown"})):
        for method, path in (
            *(("POST", f"/v1/{IMAGE}"), ("POST", f"/v2/{IMAGE}"), ("GET", "/v1/get-user-credits")),
            *(("GET", f"/v2/requests/{UNKNOWN_ID}"), ("POST", "/workflows/flow-1")),
        ):
            body = find_example(IMAGE) if method == "POST" else None
            witness.ask(method, path, body, key=key, known=known)
    witness.read_balance()
    for slug in (IMAGE, "gpt-5.5"):
        witness.submit(slug, key=None, bearer=KEY)
        witness.run(slug, key=None, bearer=KEY)
    witness.ask("POST", "/workflows/flow-1", {"prompt": "A"}, key=None, bearer=KEY)
    for spelled in (UNKNOWN_ID, spell_with_dashes(UNKNOWN_ID), "ABC-1"):
        witness.poll(spelled, known={"id-unknown"})
    for slug in (f"{IMAGE}-0", "no-such-model"):
        for version in ("v1", "v2"):
            path = f"/{version}/{slug}"
            witness.ask("POST", path, {"prompt": "A"}, known={"slug-unknown"})
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        witness.ask(method, f"/v1/{IMAGE}")
        witness.ask(method, f"/v2/{IMAGE}")
    witness.submit(IMAGE, key=OTHER)
    for _ in range(2):
        witness.submit(IMAGE, key=POOR)
        witness.run(IMAGE, key=POOR)
        witness.submit(IMAGE, key=LIMITED)
    witness.ask("GET", "/v3/anything")


@plays("bodies")
def play_bodies(witness):
    """Bodies that cannot be understood, of another kind, or without what they need."""
    raw = encode(find_example(IMAGE))
    for path in (f"/v1/{IMAGE}", f"/v2/{IMAGE}"):
        witness.ask("POST", path, b'{"prompt": ')
        witness.ask("POST", path, b"[]")
        witness.ask("POST", path, gzip.compress(raw), headers={"content-encoding": "gzip"})
        witness.ask("POST", path, raw.decode().encode("utf-16"))
        witness.ask("POST", path, raw, headers={"content-type": "text/plain"})
        witness.ask("POST", path, raw, headers={"content-type": None})
    witness.ask("POST", f"/v1/{IMAGE}", {"seed": 7})
    witness.run(IMAGE, {"style_type": "NONE_OF_THEM"})
    witness.run(IMAGE, {"seed": "not a number"})


@plays("the SDK, and forms")
def play_sdk(witness):
    """A call of the vendor's client, and parts of a form that come twice."""
    agent = {"user-agent": "segmind-python-sdk/1.3.0", "x-initiator": "SDK-PY"}
    witness.submit(IMAGE, headers=agent)
    for name in ("style_codes", "prompt"):
        fields = (("prompt", "A"), (name, "B"), (name, "C"))
        form = "".join(
            f'--edge\r\ncontent-disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'
            for each, value in fields
        )
        media = {"content-type": "multipart/form-data; boundary=edge"}
        witness.ask("POST", f"/v2/{IMAGE}", f"{form}--edge--\r\n".encode(), headers=media)


@plays("what there is not")
def play_absent(witness):
    """Calls that would cancel or list runs."""
    identifier = find_id(witness.submit(IMAGE))
    for method, path in (
        *(("DELETE", f"/v2/requests/{identifier}"), ("PUT", f"/v1/requests/{identifier}")),
        *(("POST", f"/v2/requests/{identifier}/cancel"), ("GET", "/v2/requests")),
    ):
        witness.ask(method, path)


@plays("files")
def play_files(witness):
    """An upload and a part of it, a workflow, and the console."""
    uploaded = witness.ask("POST", "/upload-asset", {"data_urls": [DOT]})
    path = find_path(uploaded.body.document["file_urls"][0])
    witness.ask("GET", path, key=None)
    witness.ask("GET", path, key=None, headers={"range": "bytes=0-3"})
    run = witness.ask("POST", "/workflows/flow-1", {"prompt": "A"})
    witness.advance(10)
    witness.ask("GET", f"/workflows/request/{find_id(run)}")
    witness.ask("GET", "/inference-request/generations")
    witness.ask("GET", "/api/auth/authenticate", key=None)


@plays("no record", accounts={KEY: AccountSettings(credits=None)})
def play_no_record(witness):
    """An account without a balance."""
    witness.read_balance()


def _play_variant(witness):
    for slug in (IMAGE, "ideogram-turbo-img-2-img", "sdxl1.0-txt2img"):
        finish(witness, witness.submit(slug))
        witness.run(slug)
        witness.run(slug, key=POOR)
        witness.submit(slug, key=POOR)
    witness.read_balance()


for _name, _settings in {
    "402": {"credits_status": 402},
    "split": {"credits_status": "split"},
    "v1 as image": {"v1": "image"},
    "v1 as JSON": {"v1": "json"},
    "real speed": {"speed": 1.0},
    "scaled": {"v1_limit": "scaled"},
    "strict": {"types": "strict"},
    "explained": {"explain": True},
    "without CORS": {"cors": "off"},
}.items():
    plays(_name, accounts={POOR: AccountSettings(credits=Decimal(0))}, **_settings)(_play_variant)


def tell_golden(name):
    """Return a story of the one golden exchange of this name."""
    golden = fixtures.load(name)
    asked, answered = golden["request"], golden["response"]
    key = asked["headers"].get("x-api-key")
    bearer = asked["headers"].get("authorization", "").removeprefix("Bearer ") or None
    exchange = Observed(
        number=1,
        sent_s=0.0,
        answered_s=0.1,
        method=asked["method"],
        url=f"http://{HOST}{asked['path']}",
        request_headers=tuple(asked["headers"].items()),
        request_body=_make_body(asked["body"]),
        account=key or bearer,
        key_place="x-api-key" if key else "bearer" if bearer else None,
        status=answered["status"],
        headers=tuple(answered["headers"].items()),
        body=_make_body(answered["body"]),
    )
    return Story(exchanges=(exchange,))


def _make_body(value):
    """Return a body as a golden exchange has it; that of a file was not kept."""
    if isinstance(value, dict) and value.keys() == {"media"}:
        return Body(size=value["media"]["file_size"], digest="0" * 64)
    if value is None:
        return Body.of(b"")
    return Body.of(value.encode() if isinstance(value, str) else msgspec.json.encode(value))
