"""Functions that a program has taken out of their modules, and putting others in their place.

`from time import sleep` makes a global of a module, `def poll(sleep=time.sleep)` a default of a
parameter, and `class Poller: pause = time.sleep` an attribute of a class. Each is found by asking
the garbage collector who refers to the function, which takes some milliseconds in a process of a
thousand modules.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, TypeAlias

AnyFunction: TypeAlias = Callable[..., Any]

TOOLS = frozenset({
    "_pytest", "coverage", "execnet", "freezegun", "hypothesis", "pluggy", "pytest",
    "pytest_timeout", "time_machine", "xdist",
})  # fmt: skip
"""What runs tests: it goes by real time."""

# trio's loops are told of a sleep, so the function by which they read their time stays as it is.
_LEFT_ALONE = TOOLS | sys.stdlib_module_names | {"client_tests", "mockserver", "trio"}

_PARTS: tuple[set[type], ...] = ({tuple, dict, staticmethod}, {dict}, set())
"""What may be between a function and its owner: defaults or a `staticmethod`, then a namespace.
Each step is one walk through all objects."""


@contextmanager
def replace_taken(replacements: Mapping[AnyFunction, AnyFunction]) -> Iterator[None]:
    """Put functions in the place of others while the context lasts, wherever those were taken to.

    Places are globals of modules, attributes of classes and defaults of parameters, of everything
    but the standard library, what runs tests, and this project. A place that is given something
    else meanwhile keeps that.
    """
    with ExitStack() as replaced:
        for owner in _find_owners(list(replacements)):
            if isinstance(owner, FunctionType):
                _replace_defaults(owner, replacements, replaced)
            else:
                _replace_attributes(owner, replacements, replaced)
        yield


def _find_owners(functions: list[Any]) -> list[Any]:
    """Return the modules, classes and functions that may have one of these functions."""
    modules = {id(vars(each)): each for each in list(sys.modules.values()) if _is_module(each)}
    owners: dict[int, Any] = {}
    sought = functions
    for parts in _PARTS:
        found, sought = gc.get_referrers(*sought) if sought else [], []
        for each in found:
            if id(each) in modules:
                owners[id(each)] = modules[id(each)]
            elif isinstance(each, type | FunctionType):
                owners[id(each)] = each
            elif type(each) in parts and not (type(each) is dict and "__builtins__" in each):
                sought.append(each)
    return [owner for owner in owners.values() if not is_of(owner, _LEFT_ALONE)]


def _is_module(value: object) -> bool:
    return isinstance(value, ModuleType)


def is_of(owner: Any, packages: frozenset[str]) -> bool:
    """Tell whether a module, class or function belongs to one of these packages."""
    attribute = "__name__" if isinstance(owner, ModuleType) else "__module__"
    return str(getattr(owner, attribute, "")).partition(".")[0] in packages


def _replace_attributes(
    owner: Any, replacements: Mapping[AnyFunction, AnyFunction], replaced: ExitStack
) -> None:
    """Set the globals of a module, or the attributes of a class, that are one of the functions."""
    for name, value in list(vars(owner).items()):
        function = value.__func__ if isinstance(value, staticmethod) else value
        new: Any = _find(replacements, function)
        if new is None:
            continue
        # A builtin is no method, wherever it stands; what stands for it is none either.
        is_plain = isinstance(value, staticmethod) or isinstance(function, BuiltinFunctionType)
        if isinstance(owner, type) and is_plain:
            new = staticmethod(new)
        setattr(owner, name, new)
        replaced.callback(_restore, owner, name, new, value)


def _restore(owner: Any, name: str, new: Any, value: Any) -> None:
    if vars(owner).get(name) is new:
        setattr(owner, name, value)


def _replace_defaults(
    function: FunctionType, replacements: Mapping[AnyFunction, AnyFunction], replaced: ExitStack
) -> None:
    """Give parameters other defaults."""
    old, named = function.__defaults__ or (), function.__kwdefaults__ or {}
    new = tuple(_find(replacements, value) or value for value in old)
    if new != old:
        function.__defaults__ = new
        replaced.callback(partial(setattr, function, "__defaults__", old))
    for name, value in list(named.items()):
        if (replacement := _find(replacements, value)) is not None:
            named[name] = replacement
            replaced.callback(partial(named.__setitem__, name, value))


def _find(replacements: Mapping[AnyFunction, AnyFunction], value: Any) -> AnyFunction | None:
    """Return what stands for a value, which may be of any kind, if it is one of the functions."""
    return replacements.get(value) if isinstance(value, _FUNCTIONS) else None


_FUNCTIONS = (BuiltinFunctionType, FunctionType)
