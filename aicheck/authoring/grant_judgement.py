"""How bad it is what a change newly allows: one grant against what stood in its place."""

from aicheck.authoring.grant_reach import ADMIN_ROLES, QUIET_SERVICES, SERVICE_ROLES, WIDE_ROLES, Reach, is_everywhere, reach_of, service_of
from aicheck.authoring.grant_steps import GrantStep
from aicheck.authoring.grants import ANY
from aicheck.authoring.wording import clip
from aicheck.model.rule import SEVERITIES, Severity, severity_rank
from aicheck.regex import regex

Found = tuple[str, Severity]
"""(what was found, how bad)."""
SENSITIVE = regex(r"/(?:\*|secrets|(?:cluster)?role(?:binding)?s|pods/exec|nodes)$")
"""Resources of Kubernetes with which the whole cluster can be had."""


def judge_grant(step: GrantStep) -> Found | None:
    """None where nothing dangerous is allowed that was not before; denials allow nothing."""
    if not step.after.allows:
        return None
    match step.after.kind:
        case "policy":
            return _judge_policy(step)
        case "rules":
            return _judge_rules(step)
        case _:
            return _judge_role(step)


def _judge_policy(step: GrantStep) -> Found | None:
    """Of a policy that names who may use it, `Resource: *` is the one thing that it stands on."""
    grant, fresh = step.after, step.fresh_actions()
    if grant.principals:
        whole = [action for action in fresh if reach_of(action) in {"everything", "service"} and _grew(step, action)]
        return (f"{whole[0]} for {clip(grant.principals[0], 40)}", "medium") if whole else None
    if grant.inverted:
        return (f"all actions but {clip(', '.join(grant.actions), 40)}, on `*`", "high") if fresh and is_everywhere(grant) else None
    found = [one for action in fresh if (one := _judge_action(step, action)) is not None]
    if not found:
        lost = step.loses_conditions()
        return (f"condition {clip(lost[0], 50)} of {clip(grant.actions[0], 24)} goes", "medium") if lost else None
    text, severity = max(found, key=lambda one: severity_rank(one[1]))
    return text, _less(severity) if grant.conditions else severity


def _judge_action(step: GrantStep, action: str) -> Found | None:
    everywhere, grew = is_everywhere(step.after), _grew(step, action)
    severity = (_everywhere if everywhere else _somewhere)(reach_of(action), action, grew=grew)
    place = "all resources" if everywhere else clip(", ".join(step.after.resources), 32) or "its resource"
    was = ", less before" if grew else ""
    return (f"`{clip(action, 32)}` on {place}{was}", severity) if severity is not None else None


def _everywhere(reach: Reach, action: str, *, grew: bool) -> Severity | None:
    match reach:
        case "everything":
            return "critical" if grew else "high"
        case "service":
            return "medium" if service_of(action) in QUIET_SERVICES else "critical" if grew else "high"
        case "writes":
            return "high" if grew else "medium"
        case "privilege":
            return "medium"
        case "data":
            return "medium" if grew else None
        case _:
            return None


def _somewhere(reach: Reach, action: str, *, grew: bool) -> Severity | None:
    if reach == "everything":
        return "high" if grew else "medium"
    return "high" if reach == "service" and grew and service_of(action) not in QUIET_SERVICES else None


def _grew(step: GrantStep, action: str) -> bool:
    """Whether what is gone from the same policy allowed less of the same service."""
    service = service_of(action)
    return any(
        one.allows and not one.inverted and any(service in {ANY, service_of(known)} for known in one.actions) for one in step.replaced
    )


def _judge_rules(step: GrantStep) -> Found | None:
    grant = step.after
    if ANY not in step.fresh_actions() or grant.conditions:
        return None
    whole = [name for name in grant.resources if name in {"*/*", "/*"}]
    if whole:
        return "every verb on every resource of the cluster", "critical" if step.replaced else "high"
    sensitive = [name for name in grant.resources if SENSITIVE.search(name)]
    return (f"every verb on {clip(', '.join(sensitive), 50)}", "medium") if sensitive else None


def _judge_role(step: GrantStep) -> Found | None:
    """A further member of a role that stood there is less than a further role."""
    before = {role for one in step.before for role in one.actions}
    replaced = {role for one in step.replaced for role in one.actions}
    found: list[Found] = []
    for role in step.after.actions:
        severity = severity_of_role(role)
        if severity is None or role in replaced & before:
            if severity == "high" and role in before and step.fresh_actions():
                found.append((f"{role} for one more", "medium"))
            continue
        grew = bool(replaced) and not any(severity_of_role(one) for one in replaced)
        worse: Severity = ("critical" if role in ADMIN_ROLES else "high") if grew else severity
        found.append((f"role {clip(role, 40)}" + (f" (was {clip(min(replaced), 32)})" if grew else " is given"), worse))
    return max(found, key=lambda one: severity_rank(one[1]), default=None)


def severity_of_role(role: str) -> Severity | None:
    """Of a role that is given where none was; None for one that is narrow or not known."""
    if role in ADMIN_ROLES or role in WIDE_ROLES:
        return "high"
    return "medium" if SERVICE_ROLES.fullmatch(role) else None


def _less(severity: Severity) -> Severity:
    return SEVERITIES[max(severity_rank(severity) - 1, 0)]
