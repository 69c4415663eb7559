"""From the text of a Play to a `Play`: every section read, every problem collected."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from play_engine.declaration import Indicator, Structure
from play_engine.errors import ConfigError
from play_engine.play.account import read_account
from play_engine.play.actions import Actions
from play_engine.play.backtest import read_simulated_run, warn_of_no_effect
from play_engine.play.comparisons import Comparisons
from play_engine.play.composing import compose
from play_engine.play.conditions import Conditions
from play_engine.play.declared import Names
from play_engine.play.dependencies import Specs, with_dependencies
from play_engine.play.document import Node
from play_engine.play.entry import read_entry
from play_engine.play.features import read_features
from play_engine.play.fields import Fields
from play_engine.play.identity import read_identity
from play_engine.play.model import Play
from play_engine.play.operands import Operands
from play_engine.play.own_indicators import read_own_indicators
from play_engine.play.policy import check_promises, read_policy
from play_engine.play.problems import Problems, Spot
from play_engine.play.references import References
from play_engine.play.risk import read_risk
from play_engine.play.setups import knows_setups, read_setups, setup_nodes, warn_of_unused
from play_engine.play.structures import read_structures
from play_engine.play.timeframes import Timeframes, read_timeframes
from play_engine.play.variables import substitute
from play_engine.play.windows import Windows
from play_engine.rules.expression import Condition


@attrs.frozen(kw_only=True)
class Registries:
    """The indicator and structure types that this version can compute, by name."""

    indicators: Mapping[str, Indicator]
    structures: Mapping[str, Structure]


def load_play(path: Path, variables: Mapping[str, object] | None = None, *, list_defaults: bool = False) -> Play:
    """The Play in the file `path`; see `parse_play`."""
    try:
        text = path.read_bytes()
    except OSError as error:
        problems = Problems(str(path))
        problems.error(Spot(0, 0, ""), "PLAY_NOT_FOUND", found=error.strerror or "it cannot be read")
        raise ConfigError(problems.in_order()) from error
    return parse_play(text, str(path), variables, list_defaults=list_defaults)


def parse_play(
    text: bytes, file: str, variables: Mapping[str, object] | None = None, *, list_defaults: bool = False
) -> Play:
    """The Play that `text` is; `file` is its name in reports.

    `variables` are values from outside, which go before those that the Play declares. With `list_defaults` every
    account field that is not written is a warning. Raises ConfigError with every problem of the file, in file order.
    """
    # The registries bring the compiler of the kernels with them: only who loads a Play pays for that.
    from play_engine.indicators import INDICATORS
    from play_engine.structures import STRUCTURES

    registries = Registries(indicators=INDICATORS, structures=STRUCTURES)
    return parse_with(registries, text, file, variables, list_defaults=list_defaults)


def parse_with(
    registries: Registries,
    text: bytes,
    file: str,
    variables: Mapping[str, object] | None = None,
    *,
    list_defaults: bool = False,
) -> Play:
    """`parse_play` against other indicators and structures than the program's own."""
    problems = Problems(file)
    document = compose(text, problems)
    if document is None:
        raise ConfigError(problems.in_order())
    substitute(document, variables or {}, problems)
    play = _read(Fields(document, problems), registries, list_defaults=list_defaults)
    problems.raise_errors()
    resolved = _resolved(document)
    return attrs.evolve(play, resolved=resolved, text=text, file=file, warnings=tuple(problems.in_order()))


def _read(root: Fields, registries: Registries, *, list_defaults: bool) -> Play:
    """Every section of the document. What is returned is a Play only if no error was reported."""
    identity = read_identity(root)
    timeframes = read_timeframes(root)
    account = read_account(root, list_defaults=list_defaults)
    run = read_simulated_run(root)
    names = Names(root.problems)
    features, structures = _read_declarations(root, timeframes, registries, names)
    references = References(names)
    actions = _read_rules(root, timeframes, references)
    policy = read_policy(root)
    risk = read_risk(root, account, references)
    entry = read_entry(root)
    check_promises(root, policy, actions, risk)
    for name in ("expected", "risk_limits"):
        warn_of_no_effect(root, name, "accepted, no effect")
    root.has("variables")
    root.finish()
    return Play(
        id=identity.id,
        name=identity.name,
        description=identity.description,
        symbol=identity.symbol,
        exec_ms=timeframes.exec_ms or 0,
        roles=timeframes.roles,
        minute_mode=references.minute_mode,
        account=account,
        starting_equity_usdt=account.starting_equity_usdt if run.equity_usdt is None else run.equity_usdt,
        slippage_bps=account.slippage_bps if run.slippage_bps is None else run.slippage_bps,
        leverage=min(account.max_leverage, risk.max_leverage or account.max_leverage),
        features=features,
        structures=structures,
        blocks=tuple(actions.blocks),
        intents=actions.intents,
        policy=policy,
        stop=risk.stop,
        target=risk.target,
        trailing=risk.trailing,
        break_even=risk.break_even,
        limit_target=risk.limit_target,
        entry=entry,
        sizing=risk.sizing,
        anchor=risk.anchor,
        pattern=run.pattern,
    )


def _read_declarations(root: Fields, timeframes: Timeframes, registries: Registries, names: Names) -> Specs:
    indicators = read_own_indicators(root, registries.indicators)
    features = read_features(root, timeframes, indicators, names)
    structures = read_structures(root, timeframes, registries.structures, names)
    nodes = [root.node.fields.get(name) for name in ("features", "structures")]
    if not names.by_id and not any(node is not None and _is_filled(node) for node in nodes):
        root.missing("features", allowed="at least one feature or structure")
    return with_dependencies(features, structures, names)


def _is_filled(node: Node) -> bool:
    """Whether something stands in a section, usable or not, empty lists and mappings aside."""
    return any(child.broken or not (child.value is None or child.is_list or child.is_mapping) for child in node.walk())


def _read_rules(root: Fields, timeframes: Timeframes, references: References) -> Actions:
    """Setups and actions."""
    setups: dict[str, Condition | None] = {}
    comparisons = Comparisons(Operands(references))
    nodes = setup_nodes(root)
    known = knows_setups(root)
    windows = Windows(problems=root.problems, timeframes=timeframes)
    conditions = Conditions(comparisons=comparisons, windows=windows, setups=setups, knows_setups=known)
    read_setups(nodes, conditions, setups)
    actions = Actions(conditions=conditions)
    actions.read(root)
    windows.check_counts(minute_mode=references.minute_mode)
    warn_of_unused(nodes, root.node.fields.get("actions"), conditions)
    return actions


def _resolved(document: Node) -> dict[str, object]:
    """The document as it is hashed: variables put in, numbers of the types that are meant."""
    return {name: node.plain() for name, node in document.fields.items() if name != "variables"}
