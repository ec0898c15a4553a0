# SPDX-License-Identifier: Apache-2.0
"""A model as objects."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional


class Input(NamedTuple):
    """What a model reads. `shape` has the sizes of one step, or of one sequence where `per` is "sequence"; `axes` has all
    in words. `tokens` is how many token ids there are, None for floats."""

    name: str
    tokens: Optional[int]
    shape: tuple[int, ...]
    per: str
    axes: str
    padding: Optional[float]


class Result(NamedTuple):
    """What a model gives: `type` is float32 or int64, `per` step, sequence or state; `shape` has the sizes inside."""

    name: str
    layer: str
    part: str
    type: str
    shape: tuple[int, ...]
    per: str
    axes: str


class FirstState(NamedTuple):
    """A first state that a call may give: (states, size), with the batch between them where there is one."""

    name: str
    layer: str
    shape: tuple[int, ...]


class Cost(NamedTuple):
    """Counts: parameters, the bytes that these are kept in, multiply-adds of a step, floats carried to the next."""

    parameters: int
    weight_bytes: int
    macs_per_step: int
    state_floats: int


class ModelCost(NamedTuple):
    """The sum over all layers, and each layer's own by its name."""

    parameters: int
    weight_bytes: int
    macs_per_step: int
    state_floats: int
    layers: dict[str, Cost]


class Layer(NamedTuple):
    """A layer: its kind, what it takes by name, what it gives in words, the sizes inside a step, the spec's line."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    gives: str
    shape: tuple[int, ...]
    cost: Cost
    line: int


class Spec(NamedTuple):
    """A spec as it was understood. `stream_obstacle` says why there is no state, and is None where there is one."""

    name: str
    description: Optional[str]
    path: str
    batch_first: bool
    precision: str
    weights: Optional[str]
    inputs: tuple[Input, ...]
    results: tuple[Result, ...]
    first_states: tuple[FirstState, ...]
    layers: tuple[Layer, ...]
    labels: tuple[str, ...]
    segment_starts: tuple[str, ...]
    streams: bool
    stream_obstacle: Optional[str]
    stream_results: tuple[str, ...]


def spec_from(found: dict[str, Any]) -> Spec:
    """The spec in the library's JSON."""

    def plain(one: dict[str, Any]) -> dict[str, Any]:
        return {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}

    kinds = {"inputs": Input, "results": Result, "first_states": FirstState}
    members = plain({key: found[key] for key in Spec._fields})
    for key, kind in kinds.items():
        members[key] = tuple(kind(**plain(one)) for one in found[key])
    members["layers"] = tuple(Layer(**{**plain(one), "cost": Cost(**one["cost"])}) for one in found["layers"])
    return Spec(**members)


def cost_from(found: dict[str, Any]) -> ModelCost:
    """The cost in the library's JSON."""
    return ModelCost(**found["cost"], layers={one["name"]: Cost(**one["cost"]) for one in found["layers"]})
