"""Who may do what: the statements of access policies and the roles that are given, read from settings of every format.

One form for JSON policies, Terraform and CloudFormation, the keyword arguments of CDK and Pulumi, Kubernetes' rules, and the
bindings of Google, Azure and Kubernetes.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from aicheck.authoring.setting_names import words_of_part
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.regex import regex

GrantKind = Literal["policy", "rules", "role"]
ANY = "*"
MANAGED = regex(r":iam::aws:policy/(?:[\w-]+/){0,3}([\w-]+)")
FROM_NAME = regex(r"(?i)from_?aws_?managed_?policy_?name[\s(]{0,5}[\"']?(?:[\w-]+/){0,3}([\w-]+)")
WELL_KNOWN = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"})
"""Policies of AWS that nothing else is called like."""
ACTIONS = {("action",): True, ("actions",): True, ("not", "action"): False, ("not", "actions"): False}
RESOURCES = frozenset({("resource",), ("resources",)})
PRINCIPALS = frozenset({("principal",), ("principals",)})
CONDITIONS = frozenset({("condition",), ("conditions",)})
ROLE_KEYS = frozenset({("role",), ("roles",), ("role", "definition", "name"), ("role", "definition", "id"), ("role", "id")})
MEMBER_KEYS = frozenset({("member",), ("members",), ("principal", "id"), ("subjects",), ("scope",)})
POLICY_WORDS = frozenset({"policy", "policies"})
GOOGLE_ROLE = regex(r"(?:roles|organizations/[^/]+/roles|projects/[^/]+/roles)/[\w.]+")
AZURE_ROLES = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
ACTION = regex(r"\*|(?:\*|[a-z][a-z0-9-]*):[\w*?]+", re.IGNORECASE)
MOST_PARTS = 2_000
"""Actions, resources and members of one statement that are looked at."""
MOST_GROUPS = 20
HINT = regex(r"action|verb|role|polic", re.IGNORECASE)
"""Without one of these in the end of its key or a policy for its value, a setting is no grant."""
CALLEE = "()"
NUMBER = regex(r"#\d+$")


class Grant(msgspec.Struct, frozen=True):
    """One statement, rule or binding."""

    kind: GrantKind
    """policy: a statement of a cloud's policy; rules: a rule of a Kubernetes role; role: a named role or policy that is given."""
    home: Key
    """Where it stands, without its own position."""
    span: Span
    """Of what it allows."""
    actions: tuple[str, ...]
    """Sorted, as written; verbs of Kubernetes; the name of the role (`roles/owner`, `AdministratorAccess`, `cluster-admin`)."""
    resources: tuple[str, ...] = ()
    """Sorted; of Kubernetes `group/resource`. Empty where none is named: what the policy is attached to, or what only a run can tell."""
    principals: tuple[str, ...] = ()
    """Sorted: `*`, `AWS arn`, `Federated url`; the members of a binding."""
    conditions: tuple[str, ...] = ()
    """`test variable=value` of each, sorted."""
    allows: bool = True
    inverted: bool = False
    """Whether it means all actions but these (`NotAction`)."""

    def says(self) -> tuple[object, ...]:
        """What stays when it moves."""
        return self.kind, self.actions, self.resources, self.principals, self.conditions, self.allows, self.inverted


def read_grants(settings: Sequence[Setting]) -> tuple[Grant, ...]:
    """The grants in the settings of one side of a file, in file order; one that is read twice from one place is one."""
    starts = dict.fromkeys(start for setting in settings if (start := _start_of(setting)) is not None)
    if not starts:
        return ()
    held = _below(settings, [key for key, _ in starts])
    found: dict[tuple[object, ...], Grant] = {}
    for key, kind in starts:
        grant = _READERS[kind](key, held[key])
        if grant is not None:
            found.setdefault((grant.span, grant.actions, grant.kind), grant)
    return tuple(sorted(found.values(), key=lambda grant: grant.span))


def covers(pattern: str, name: str) -> bool:
    """Whether a pattern with `*` allows all that a name or narrower pattern does: `s3:*` covers `s3:Get*`. Linear but for its stars."""
    wanted, text = pattern.lower(), name.lower()
    if wanted in {ANY, text}:
        return True
    if "*" not in wanted:
        return False
    first, *middle, last = wanted.split("*")
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        place = text.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True


def _start_of(setting: Setting) -> tuple[Key, GrantKind] | None:
    """(the key of the block that holds it, kind) where a setting is what a grant allows."""
    if "olicy" not in setting.value and HINT.search(" ".join(setting.key[-4:])) is None:
        return None
    for depth in range(len(setting.key) - 1, max(len(setting.key) - 4, -1), -1):
        words = words_of_part(setting.key[depth])
        if words in ACTIONS:
            return (setting.key[:depth], "policy") if ACTION.fullmatch(setting.value) else None
        if words == ("verbs",):
            return setting.key[:depth], "rules"
        if words in ROLE_KEYS and _role_of(setting):
            return setting.key[:depth], "role"
    return (setting.key, "role") if _is_named_role(setting) else None


def _is_named_role(setting: Setting) -> bool:
    """A reference to a Kubernetes role, or a policy of AWS by address or name."""
    if setting.key[-1:] == ("name",) and len(setting.key) > 1 and words_of_part(setting.key[-2]) == ("role", "ref"):
        return True
    if MANAGED.search(setting.value) or FROM_NAME.search(setting.value):
        return True
    if any("managedpolicyname" in part.replace("_", "").lower() for part in setting.key[-2:]):
        return bool(_managed_name(setting))
    return setting.value in WELL_KNOWN and any(POLICY_WORDS & set(words_of_part(part)) for part in setting.key)


def _below(settings: Sequence[Setting], keys: Iterable[Key]) -> dict[Key, list[Setting]]:
    wanted = frozenset(keys)
    depths = sorted({len(key) for key in wanted})
    held: dict[Key, list[Setting]] = defaultdict(list)
    for setting in settings:
        for depth in depths:
            if setting.key[:depth] in wanted and len(setting.key) >= depth:
                held[setting.key[:depth]].append(setting)
    return held


def _statement(key: Key, held: Sequence[Setting]) -> Grant | None:
    """None for a block with actions that has nothing else of a statement (`actions: ["*"]` of something else)."""
    parts: dict[str, list[Setting]] = defaultdict(list)
    allowed, inverted = [], False
    effect = ""
    for setting in held[:MOST_PARTS]:
        if len(setting.key) == len(key):
            continue
        words = words_of_part(setting.key[len(key)])
        if words in ACTIONS:
            allowed.append(setting)
            inverted = inverted or not ACTIONS[words]
        elif words == ("effect",):
            effect = setting.value
        else:
            parts[_part_of(words)].append(setting)
    known = effect or parts["resources"] or parts["principals"] or _is_call(key, held)
    if not allowed or not known:
        return None
    return Grant(
        "policy",
        _home(key),
        allowed[0].span if len(allowed) == 1 else max(allowed, key=lambda one: (ANY in one.value, -len(one.value))).span,
        _values(allowed),
        _values(parts["resources"]),
        tuple(sorted(_principals(parts["principals"], len(key)))),
        tuple(sorted(_conditions(parts["conditions"], len(key)))),
        allows="deny" not in effect.lower(),
        inverted=inverted,
    )


def _part_of(words: tuple[str, ...]) -> str:
    names = {"resources": RESOURCES, "principals": PRINCIPALS, "conditions": CONDITIONS}
    return next((name for name, known in names.items() if words in known), "")


def _is_call(key: Key, held: Sequence[Setting]) -> bool:
    return "statement" in " ".join(key[-2:]).lower() or any(CALLEE in one.key and "tatement" in one.value for one in held)


def _rule(key: Key, held: Sequence[Setting]) -> Grant | None:
    parts: dict[tuple[str, ...], list[Setting]] = defaultdict(list)
    for setting in held[:MOST_PARTS]:
        parts[words_of_part(setting.key[len(key)]) if len(setting.key) > len(key) else ()].append(setting)
    verbs, resources = parts["verbs",], parts["resources",]
    if not verbs or not resources:
        return None
    groups = sorted({one.value for one in parts["api", "groups"]}) or [""]
    named = {f"{group}/{one.value}" for group in groups[:MOST_GROUPS] for one in resources}
    widest = next((one for one in verbs if one.value == ANY), verbs[0])
    return Grant("rules", _home(key), widest.span, _values(verbs), tuple(sorted(named)), conditions=_values(parts["resource", "names"]))


def _role(key: Key, held: Sequence[Setting]) -> Grant | None:
    if len(held) == 1 and held[0].key == key:
        setting = held[0]
        name = _managed_name(setting) or setting.value
        return Grant("role", _home(key), setting.span, (name,))
    given = [(setting, role) for setting in held if words_of_part(setting.key[len(key)]) in ROLE_KEYS and (role := _role_of(setting))]
    if not given:
        return None
    members = [one for one in held if words_of_part(one.key[len(key)]) in MEMBER_KEYS]
    return Grant("role", _home(key), given[0][0].span, tuple(sorted({role for _, role in given})), principals=_values(members))


_READERS = {"policy": _statement, "rules": _rule, "role": _role}


def _role_of(setting: Setting) -> str:
    """The role that a cloud's binding names; empty when the value is none."""
    words = next((words for part in reversed(setting.key) if (words := words_of_part(part)) in ROLE_KEYS), ())
    value = setting.value.strip()
    if "definition" in words or words == ("role", "id"):
        return next((role for known, role in AZURE_ROLES.items() if known in value.lower()), value if "definition" in words else "")
    return value if GOOGLE_ROLE.fullmatch(value) else ""


def _managed_name(setting: Setting) -> str:
    found = MANAGED.search(setting.value) or FROM_NAME.search(setting.value)
    if found is not None:
        return found[1]
    return setting.value if re.fullmatch(r"[\w+=,.@/-]{1,128}", setting.value) else ""


def _home(key: Key) -> Key:
    """Without the position of the item, or the number of a call among others of its kind."""
    if key and is_position(key[-1]):
        return key[:-1]
    return (*key[:-1], NUMBER.sub("", key[-1])) if key else key


def _values(settings: Iterable[Setting]) -> tuple[str, ...]:
    return tuple(sorted({setting.value for setting in settings if setting.value}))


def _principals(settings: Iterable[Setting], depth: int) -> Iterator[str]:
    """`AWS *` is `*`; of Terraform's `principals` block the type stands in front of each identifier."""
    for setting in settings:
        rest = setting.key[depth + 1 :]
        types = [part.removeprefix("type=") for part in rest if not is_position(part) and part not in {"type", "identifiers", CALLEE}]
        if rest[-1:] == ("type",) or rest[-1:] == (CALLEE,):
            continue
        yield ANY if setting.value == ANY and types[:1] != ["Federated"] else " ".join([*types[:1], setting.value])


def _conditions(settings: Iterable[Setting], depth: int) -> Iterator[str]:
    """One text for each value; those of a Terraform block are put together from its attributes."""
    blocks: dict[Key, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for setting in settings:
        names = [part for part in setting.key[depth + 1 :] if not is_position(part)]
        last = names[-1] if names else ""
        if last in {"test", "variable", "values", "value"}:
            owner = setting.key[: setting.key.index(last, depth)]
            blocks[owner][last].append(setting.value)
        else:
            yield f"{' '.join(names)}={setting.value}"
    for block in blocks.values():
        head = " ".join(block["test"] + block["variable"])
        yield from (f"{head}={value}" for value in block["values"] + block["value"])
