"""A registry of faults finds a rule by its id, and those that may strike a call by its key."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.fault_registry import FaultRegistry, KeptRule, KeptRules
from mockserver.rules.faults import Call, FaultRequest, Rule
from mockserver.tests.conftest import KEY, OTHER_KEY

MANY = 2000


@pytest.fixture
def registry():
    """A registry without a rule."""
    return FaultRegistry(Catalogue(), 0)


@pytest.fixture
def asked(monkeypatch):
    """Every rule that was asked whether it is about a call."""
    found = []
    is_about = Rule.is_about

    def counted(self, call):
        found.append(self)
        return is_about(self, call)

    monkeypatch.setattr(Rule, "is_about", counted)
    return found


def make_call(key):
    """Return a call for the credits."""
    return Call(key, "credits", None, None)


def add(registry, key=None, **fields):
    """Add a rule."""
    return registry.add(FaultRequest(does={"status": 500}, api_key=key, **fields))


def test_a_call_asks_no_rule_of_another_account(registry, asked):
    """However many rules others have armed, a call looks at its own and at those for all."""
    for _ in range(MANY):
        add(registry, OTHER_KEY)
    own, common = add(registry, KEY, times=1), add(registry)
    assert registry.match(make_call(KEY)).fault_id == own.fault_id
    assert registry.match(make_call(KEY)).fault_id == common.fault_id
    assert registry.match(make_call(None)).fault_id == common.fault_id
    assert asked == [own, own, common, common]


@pytest.mark.parametrize("order", [(KEY, None), (None, KEY)])
def test_the_first_rule_that_was_armed_strikes_first(registry, order):
    """Those of the account and those for all are in one order."""
    first, second = (add(registry, key, times=1) for key in order)
    struck = [registry.match(make_call(KEY)).fault_id for _ in range(2)]
    assert struck == [first.fault_id, second.fault_id]


@pytest.mark.parametrize(("key", "left"), [(KEY, [2, 3]), (OTHER_KEY, [1, 3]), (None, [])])
def test_the_rules_of_one_key_are_removed_or_all(registry, key, left):
    """The others stay, in their order, and ids are not used again."""
    for each in (KEY, OTHER_KEY, None):
        add(registry, each)
    registry.remove_of(key)
    assert list(registry.rules) == [f"fault-{number}" for number in left]
    assert add(registry).fault_id == "fault-4"
    assert registry.match(make_call("SG_new")) is not None


@pytest.mark.parametrize("key", [KEY, None])
def test_rules_are_listed_from_the_one_after_another(registry, key):
    """By id, within one key's rules or all of them."""
    for number in range(6):
        add(registry, KEY if number % 2 else None)
    whole = [rule.fault_id for rule in registry.list_after("", key)]
    for place, fault_id in enumerate(whole):
        assert [rule.fault_id for rule in registry.list_after(fault_id, key)] == whole[place + 1 :]
    with pytest.raises(EmulatorError):
        registry.list_after("fault-77", key)


def test_an_account_is_forgotten_by_rules_for_all(registry):
    """They count for it from the start again."""
    rule = add(registry, times=1)
    assert registry.match(make_call(KEY)) is not None
    assert registry.match(make_call(KEY)) is None
    registry.forget_account(KEY)
    assert registry.match(make_call(KEY)).fault_id == rule.fault_id


class Hidden:
    """Rules that nobody lists."""

    def __init__(self, registry, **fields):
        wanted = FaultRequest(does={"status": 503}, **fields)
        self.rule = registry.make_hidden("hidden", "hidden", wanted)
        registry.hide(self)

    def list_rules(self):
        """Return the one there is."""
        return [self.rule]

    list_made = list_rules


def strike(registry, calls, key=KEY):
    """Return which rules struck so many calls."""
    found = [registry.match(make_call(key)) for _ in range(calls)]
    return [each and each.fault_id for each in found]


def test_hidden_rules_strike_what_no_other_rule_does_and_stand_in_no_list(registry):
    """Whoever has armed a fault gets it, as if there were no hidden ones."""
    Hidden(registry, times=2)
    own = add(registry, KEY, times=1)
    assert registry.rules == {own.fault_id: own}
    assert list(registry.list_after("", None)) == [own]
    assert registry.save().rules == (KeptRule(1, own.wanted),)
    assert strike(registry, 4) == [own.fault_id, "hidden", "hidden", None]


@pytest.mark.parametrize("forget", ["forget_account", "clear"])
def test_hidden_rules_begin_anew_with_the_account(registry, forget):
    """They are for all accounts that come, and nothing takes them away."""
    Hidden(registry, times=1)
    assert strike(registry, 2) == ["hidden", None]
    assert strike(registry, 2, OTHER_KEY) == ["hidden", None]
    getattr(registry, forget)(*([KEY] if forget == "forget_account" else []))
    assert strike(registry, 2) == ["hidden", None]
    assert strike(registry, 1, OTHER_KEY) == [None if forget == "forget_account" else "hidden"]


def test_rules_that_another_process_has_made_leave_hidden_ones_and_their_counts(registry):
    """They belong to this process."""
    Hidden(registry, times=1)
    assert strike(registry, 1) == ["hidden"]
    registry.restore(KeptRules())
    assert strike(registry, 1) == [None]
    assert registry.may_strike


def test_a_registry_without_rules_strikes_nothing_and_says_so(registry):
    """Whoever asks before each call has to ask no more than that."""
    assert not registry.may_strike
    rule = add(registry, KEY)
    assert registry.may_strike
    registry.remove(rule.fault_id)
    assert not registry.may_strike
    add(registry)
    registry.clear()
    assert not registry.may_strike
