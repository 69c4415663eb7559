"""The reference page of the market structures."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.reference_markdown import code, output_kind, page, parameters_table, plain, table
from play_engine.declaration import Output, Parameter, Structure, Used
from play_engine.explanation.wording import counted

_INTRODUCTION = (
    "A structure is declared below a role of `structures` as `{type, key, params, uses}`. What it uses must stand on "
    "the same timeframe. An output has its initial value until the first event; `–` is missing. The warm-up is the "
    "number of bars before the first trustworthy one, without that of the features that are read."
)
_ATR = {
    "never": "",
    "written": "Measures in an ATR only where `atr_key` is written.",
    "default": (
        "Measures in the ATR that `atr_key` names, by default the feature `atr` of its timeframe; without either it "
        "has none."
    ),
}
# What stands for a whole number, a number and a list of numbers that have no default.
_EXAMPLE_INT, _EXAMPLE_NUMBER = 5, 1.0


def structures_page(structures: Mapping[str, Structure]) -> str:
    """All structures, those first on which others build, after a table of them."""
    index = table(
        ("structure", "what it is"), ((f"[{name}](#{name})", one.summary) for name, one in structures.items())
    )
    sections = [_section(one, structures) for one in structures.values()]
    return page("Structures", _INTRODUCTION, [index, *sections])


def _section(structure: Structure, structures: Mapping[str, Structure]) -> str:
    rules = [rule.text for rule in (*structure.constraints, *structure.uses_rules)]
    idle = [f"{code(one.parameter)}: {one.text}" for one in structure.no_effects]
    parts = [
        f"## {structure.name}",
        f"{structure.summary}. After: {structure.formula}.",
        _uses(structure),
        _ATR[structure.atr],
        parameters_table(structure.parameters),
        f"Must hold: {'; '.join(rules)}." if rules else "",
        f"Without effect where something else decides: {'; '.join(idle)}." if idle else "",
        _outputs(structure.outputs),
        _slots(structure),
        _warmup(structure, structures),
    ]
    return "\n\n".join(part for part in parts if part)


def _uses(structure: Structure) -> str:
    if not structure.uses:
        return "Uses no other structure."
    used = [
        f"[{name}](#{name}) ({'required' if required else 'if there is one'})"
        for name, required in structure.uses.items()
    ]
    named = [f"{code(parameter)} may name the {kind}" for parameter, kind in structure.key_parameters.items()]
    return f"Uses {', '.join(used)}{'; ' if named else ''}{', '.join(named)}."


def _outputs(outputs: Sequence[Output]) -> str:
    rows = [(code(one.name), output_kind(one), _initial(one), one.meaning) for one in outputs]
    return table(("output", "type", "initial", "meaning"), rows)


def _initial(output: Output) -> str:
    if output.labels:
        return code(output.labels[int(output.initial)])
    if output.initial != output.initial:
        return "–"
    return code(bool(output.initial)) if output.kind == "BOOL" else code(output.initial)


def _slots(structure: Structure) -> str:
    """The outputs of each slot, under the names that those of the first one have for example parameters."""
    if structure.slot_names is None:
        return ""
    params = example_params(structure)
    names = structure.slot_names(params)
    rows = [
        (code(name), output_kind(one), _initial(one), one.meaning)
        for name, one in zip(names[0], structure.slot_outputs, strict=True)
    ]
    caption = f"Slots, {len(names)} with {_shown(structure, params)}; the outputs of the first one:"
    return f"{caption}\n\n{table(('output', 'type', 'initial', 'meaning'), rows)}"


def _warmup(structure: Structure, structures: Mapping[str, Structure]) -> str:
    used = {name: _used(structures[name], structures) for name, required in structure.uses.items() if required}
    params = example_params(structure)
    examples = [
        _shown(structure, params),
        *(
            f"a {name} with {_shown(structures[name], used[name].params)}"
            for name in used
            if _shown(structures[name], used[name].params)
        ),
    ]
    given = ", ".join(part for part in examples if part)
    return f"Warm-up{f' with {given}' if given else ''}: {counted(structure.warmup(params, used), 'bar')}."


def _used(structure: Structure, structures: Mapping[str, Structure]) -> Used:
    params = example_params(structure)
    deeper = {name: _used(structures[name], structures) for name, required in structure.uses.items() if required}
    return Used(params=params, warmup=structure.warmup(params, deeper))


def example_params(structure: Structure) -> dict[str, Any]:
    """Parameters with which a structure can be declared: its defaults, and examples for what has none."""
    params = {one.name: _example(one) if one.required else one.default for one in structure.parameters}
    if all(rule.holds(params) for rule in structure.constraints):
        return params
    lengths = {one.name: _EXAMPLE_INT for one in structure.parameters if one.kind == "int" and one.default is None}
    return params | lengths


def _example(parameter: Parameter) -> Any:
    match parameter.kind:
        case "int":
            return _EXAMPLE_INT
        case "numbers":
            return (0.5, 1.0)
        case "number":
            return _EXAMPLE_NUMBER
        case _:
            return parameter.choices[0]


def _shown(structure: Structure, params: Mapping[str, Any]) -> str:
    """The example parameters that are not defaults."""
    shown = {one.name: params[one.name] for one in structure.parameters if params[one.name] != one.default}
    return ", ".join(f"{name} {plain(value)}" for name, value in shown.items())
