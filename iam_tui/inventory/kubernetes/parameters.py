"""Parameters of a resource: what `$(params.NAME)` and, in OpenShift's templates, `${NAME}` stand for.

A value that a file gives is certain. A default is an assumption, because a run can give another value:
https://tekton.dev/docs/pipelines/tasks/#specifying-parameters
"""

import re
from collections import ChainMap
from typing import NamedTuple

from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import FilledText, assumption, collect_assumptions, not_set
from iam_tui.inventory.yaml_nodes import MappingKeys, ScalarNode, SequenceNode, YamlNode, text_of, typed_text

_REFERENCE = re.compile(
    r"\$\((?:inputs\.|tt\.)?params(?:\.(?P<dotted>[\w.-]+)|\[(?P<quote>[\"'])(?P<quoted>[^\"']+)(?P=quote)\])\)"
    r"|\$\{(?P<braced>\w+)\}"
)


class Parameter(NamedTuple):
    """What a parameter stands for; `is_given` if the file gives the value rather than a default."""

    filled: FilledText
    is_given: bool


Scope = ChainMap[str, Parameter]
"""The parameters that are known at a place, by name."""


def fill(text: str, scope: Scope) -> FilledText:
    """The text with its parameters filled in as far as they are known; other expressions stay as written."""
    if not scope or "$" not in text:
        return FilledText(text)
    reasons: list[tuple[str, ...]] = []

    def value(match: re.Match[str]) -> str:
        known = scope.get(match["dotted"] or match["quoted"] or match["braced"])
        if known is None or known.filled.value is None:
            return match[0]
        reasons.append(known.filled.reasons)
        return known.filled.value

    filled = _REFERENCE.sub(value, text)
    return FilledText(filled, collect_assumptions(reasons)) if len(filled) <= LONGEST else FilledText(text)


def inner_scope(listed: YamlNode, outer: Scope, keys: MappingKeys, *, declared: bool = False) -> Scope:
    """The scope below a list of parameters: what is given wins over defaults, then inner over outer.

    With `declared` values are defaults, too, as in OpenShift's templates.
    """
    scope = outer.new_child()
    for item in listed.items if isinstance(listed, SequenceNode) else ():
        fields = keys.of(item)
        name = text_of(fields, "name")
        entry = fields.get("default") or fields.get("value")
        is_given = "default" not in fields and not declared
        known = scope.get(name)
        if name and entry and (is_given or known is None or not known.is_given):
            scope[name] = Parameter(_filled(entry.node, name, outer, is_given=is_given), is_given)
    return scope


def _filled(node: YamlNode, name: str, outer: Scope, *, is_given: bool) -> FilledText:
    if not isinstance(node, ScalarNode) or len(node.text) > LONGEST:
        return FilledText(None)
    text = typed_text(node)
    return fill(text, outer) if is_given else FilledText(text, (assumption(not_set(name), text),))
