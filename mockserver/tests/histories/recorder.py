"""Playing a script to a server, and recording what its clients see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.edges.realtime import async_pause_s, read_monotonic_s
from mockserver.tests.histories.generator import PRICES, Script, Step
from mockserver.tests.histories.history import (
    LONGEST_WAIT_S,
    STORE_GONE,
    TAG,
    Account,
    History,
    Operation,
    find_operation,
)
from mockserver.tests.histories.scene import Scene
from mockserver.tests.histories.wire import Answer, Wire
from mockserver.tests.patience import PATIENCE_S

WATCHER = -1
"""The client that waits for what others do."""

BETWEEN_TRIES_S = 0.05
"""How long is waited until a server that did not answer is asked again."""


UNKNOWN = {"calls": -1, "hits": -1}
"""What a rule says that is not there any more."""

EMPTY = {"ledger": [], "credits": -1, "held": 0}
"""What an account has that is not there any more."""


class SetupLostError(Exception):
    """Something was killed while the accounts were set up: nobody knows how they are."""


class Recorder:
    """Plays a script to servers of the same worlds.

    Args:
        urls: Where they are; each request goes to one of them.
        disturb: Called with the number of each operation before it is sent.
    """

    def __init__(
        self, urls: list[str], disturb: Callable[[int], Awaitable[object]] | None = None
    ) -> None:
        self.urls = urls
        self._disturb = disturb
        self._operations: list[Operation] = []
        self._farewells: dict[str, int] = {}
        """The last operation of each account, from when it is sent."""

    async def record(self, name: str, script: Script) -> History:
        """Play a script, and return what came of it.

        Raises:
            SetupLostError: it could not begin.
        """
        self._operations = []
        common = [script.common] if script.common else []
        common = [await self._begin("POST", "/_mock/faults", rule) for rule in common]
        for account, faults in zip(script.accounts, script.faults, strict=True):
            await self._set_up(account, faults)
            account.rules = [*common, *account.rules]
        scene = Scene(script)
        self._farewells = {}
        watching = asyncio.create_task(self._watch(script))
        clients = enumerate(script.steps)
        await asyncio.gather(*(self._play(scene, client, steps) for client, steps in clients))
        for account in script.accounts:
            await self._say_farewell(account)
        await watching
        for account in script.accounts:
            await self._take_stock(account)
        common = [
            await self._control("GET", f"/_mock/faults/{rule['id']}", missing={**rule, **UNKNOWN})
            for rule in common
        ]
        return History(
            name=name,
            accounts=script.accounts,
            operations=self._operations,
            prices=PRICES,
            common=common,
            is_disturbed=self._disturb is not None,
        )

    async def forget(self, script: Script) -> None:
        """Have the servers forget the accounts of a script, and every fault."""
        await self._control("DELETE", "/_mock/faults")
        for account in script.accounts:
            await self._control("POST", "/_mock/reset", {"api_key": account.key})

    async def _play(self, scene: Scene, client: int, steps: list[Step]) -> None:
        """Be one client: on connections that are kept, and now and then on a new one."""
        kept = [Wire(url) for url in self.urls]
        for step in steps:
            operation = scene.make_operation(step, client, len(self._operations))
            self._operations.append(operation)
            if self._disturb is not None:
                await self._disturb(operation.number)
            url = step.draws[2] % len(self.urls)
            wire = Wire(self.urls[url]) if step.draws[2] % 3 == 0 else kept[url]
            await self._carry_out(operation, wire)
            scene.learn(operation, step.account)
            if wire is not kept[url]:
                await wire.close()
            if not operation.is_known:
                await self._await_server()
        for wire in kept:
            await wire.close()

    async def _watch(self, script: Script) -> None:
        """Wait for each exchange of a journal, until the last one of each account was shown."""
        if script.watched is None:
            return
        asked = f"/_mock/requests?limit=10000&wait_s={LONGEST_WAIT_S}"
        asked += f"&api_key={script.watched}" if script.watched else ""
        cursor, seen = (await self._control("GET", "/_mock/requests?last=1"))["newest"], {-1}
        keys = [script.watched] if script.watched else [each.key for each in script.accounts]
        while not seen.issuperset(self._farewells.get(key) for key in keys):
            watch = self._begin_operation(
                WATCHER, script.watched, "watch", f"{asked}&after={cursor}"
            )
            watch.subject = str(cursor)
            await self._carry_out_alone(watch)
            if watch.status != 200:
                await self._await_server()
                continue
            shown = watch.answer["requests"]
            if not shown and keys[-1] in self._farewells:
                return
            seen.update(map(find_operation, shown))
            cursor = shown[-1]["seq"] if shown else cursor

    async def _say_farewell(self, account: Account) -> None:
        """Ask for a balance until there is an answer."""
        while True:
            ask = self._begin_operation(WATCHER, account.key, "credits", "/v1/get-user-credits")
            self._farewells[account.key] = ask.number
            await self._carry_out_alone(ask)
            if ask.is_known:
                return
            await self._await_server()

    def _begin_operation(self, client: int, account: str, kind: str, path: str) -> Operation:
        """Write down an operation that no script has."""
        number = len(self._operations)
        fields = {"number": number, "client": client, "account": account, "kind": kind}
        operation = Operation(**fields, method="GET", path=path)
        self._operations.append(operation)
        return operation

    async def _carry_out(self, operation: Operation, wire: Wire) -> None:
        """Send an operation, and write down what comes back and when."""
        headers = {TAG: str(operation.number)}
        if operation.is_journalled and operation.kind != "read":
            headers["x-api-key"] = operation.account
        operation.began = read_monotonic_s()
        answer = await wire.ask(operation.method, operation.path, headers, operation.body)
        operation.ended = read_monotonic_s()
        if answer is not None:
            operation.status, operation.answer = answer

    async def _carry_out_alone(self, operation: Operation) -> None:
        """Do the same on a new connection."""
        wire = Wire(self.urls[0])
        await self._carry_out(operation, wire)
        await wire.close()

    async def _await_server(self) -> None:
        """Wait until the server knows its store again."""
        await self._control("GET", "/_mock/clock")

    async def _set_up(self, account: Account, faults: tuple[dict[str, Any], ...]) -> None:
        """Make an account with its clock and its faults."""
        said = {"credits": float(account.credits), "requests_per_minute": account.limit}
        await self._begin("PUT", f"/_mock/accounts/{account.key}", said)
        clock = {"api_key": account.key, "mode": account.clock}
        account.start_utc = (await self._begin("PATCH", "/_mock/clock", clock))["now_utc"]
        account.rules = [await self._begin("POST", "/_mock/faults", rule) for rule in faults]

    async def _begin(self, method: str, path: str, body: Any) -> Any:
        answer = await self._ask_once(method, path, body)
        if answer is None or answer.status == STORE_GONE:
            await self._await_server()
            raise SetupLostError(f"{method} {path} got {answer}")
        assert answer.status == 200, (method, path, answer)
        return answer.body

    async def _take_stock(self, account: Account) -> None:
        """Ask what the server says of an account whose time stands still from now on."""
        key = account.key
        await self._control("PATCH", "/_mock/clock", {"api_key": key, "mode": "frozen"})
        found = await self._control("GET", f"/_mock/requests?api_key={key}&limit=10000")
        account.journal, account.dropped = found["requests"], found["dropped"]
        account.now_utc = (await self._control("GET", f"/_mock/clock?api_key={key}"))["now_utc"]
        jobs = f"/_mock/jobs?api_key={key}"
        account.jobs = (await self._control("GET", jobs, missing={"jobs": []}))["jobs"]
        account.shown = await self._control("GET", f"/_mock/accounts/{key}", missing=EMPTY)
        account.faults = (await self._control("GET", f"/_mock/faults?api_key={key}"))["faults"]
        account.webhooks = (await self._control("GET", "/webhook/get", key=key))["webhooks"]

    async def _control(
        self, method: str, path: str, body: Any = None, key: str = "", missing: Any = None
    ) -> Any:
        """Ask until there is an answer: what was killed comes back.

        `missing` stands for what the server has lost, so that the checker can say so.
        """
        until = read_monotonic_s() + PATIENCE_S
        while True:
            answer = await self._ask_once(method, path, body, key)
            if answer is not None and answer.status != STORE_GONE:
                if answer.status == 404 and missing is not None:
                    return missing
                assert answer.status in {200, 204}, (method, path, answer)
                return answer.body
            assert read_monotonic_s() < until, f"{method} {path} got {answer} all the time"
            await async_pause_s(BETWEEN_TRIES_S)

    async def _ask_once(self, method: str, path: str, body: Any, key: str = "") -> Answer | None:
        wire = Wire(self.urls[len(path) % len(self.urls)])
        headers = {"x-api-key": key} if key else {}
        try:
            return await wire.ask(method, path, headers, body)
        finally:
            await wire.close()
