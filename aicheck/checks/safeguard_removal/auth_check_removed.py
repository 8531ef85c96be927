"""safeguard-removal/auth-check-removed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.authorization import (
    AUTH_NAME,
    OPEN_CLASSES,
    ROUTE,
    auth_bases,
    auth_parameters,
    auth_values,
    is_auth_decorator,
    is_auth_guard,
)
from aicheck.authoring.routine_check import RoutineCheck
from aicheck.authoring.routine_steps import RoutineStep, RoutineSteps, replaces
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.routines import Act, Guard, Routine
from aicheck.model.rule import Severity
from aicheck.readers.place import place_of
from aicheck.regex import regex

UNVERIFIED = regex(r"verify_signature['\"]?\s*[:=]\s*False|verify_exp['\"]?\s*[:=]\s*False|verify_aud['\"]?\s*[:=]\s*False")
WHOLE = regex(r"before_request|middleware|Middleware|dependencies|login_required|permission|decorators|auth", re.IGNORECASE)
"""What guards many views at once, in the text that a change adds to a router, a module or a class."""
DECIDING = regex(
    r"^(?:_?(?:is|has|can|may|check|verify|require|ensure|validate)_\w*(?:auth|allow|perm|admin|access|owner|role|token|signature|scope|staff|member)\w*|"
    r"has_(?:object_)?permission|test_func|authenticate|authorize)$"
)
PUBLIC = regex(
    r"health|ready|live|ping|status|robots|favicon|login|logout|signup|sign_up|register|metrics|public|webhook|callback", re.IGNORECASE
)
"""Views that are meant for everybody, by their names."""


class AuthCheckRemoved(RoutineCheck):
    """Finds views and functions that stay but lost what refused callers, and token checks that are switched off.

    That is a decorator, a dependency, a permission class, a base, or a condition that raised.
    Silent where the check moved into a router, class, middleware, helper or another decorator in the same change, where the
    class around it checks already, and on views whose names say that they are public.
    """

    id = "safeguard-removal/auth-check-removed"
    title = "A check of who is calling is gone"
    why = "Anybody who knows the address can now do what only some were allowed to, and no test with a logged-in user will notice."
    instead = "Keep the check, or move it to the router, class or middleware in the same change; test the view without a login."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (306, 862)
    security = True
    examples = (
        bad_change(
            """\
from django.contrib.auth.decorators import login_required

@login_required
def export(request):
    return dump(request)
""",
            """\
def export(request):
    return dump(request)
""",
            "a decorator",
        ),
        bad_change(
            """\
from rest_framework.viewsets import ModelViewSet
from rest_framework.permissions import IsAdminUser

class Orders(ModelViewSet):
    permission_classes = [IsAdminUser]
    queryset = Order.objects.all()
""",
            """\
from rest_framework.viewsets import ModelViewSet
from rest_framework.permissions import AllowAny

class Orders(ModelViewSet):
    permission_classes = [
        AllowAny,
    ]
    queryset = Order.objects.all()
""",
            "everybody is let in",
        ),
        bad_change(
            """\
@router.delete('/orders/{number}')
async def drop(number: int, user: User = Depends(get_current_user)):
    await store.delete(number)
""",
            """\
@router.delete('/orders/{number}')
async def drop(number: int):
    await store.delete(number)
""",
            "a dependency",
        ),
        bad_change(
            """\
import jwt as tokens

def read(text, key):
    return tokens.decode(text, key, algorithms=['RS256'])
""",
            """\
import jwt as tokens

def read(text, key):
    return tokens.decode(text, key, algorithms=['RS256'], options={'verify_signature': False})
""",
            "the signature is not verified",
        ),
        bad_change(
            """\
class Invoices:
    def close(self, request, number):
        if not request.user.is_staff:
            raise PermissionDenied()
        return self.store.close(number)
""",
            """\
class Invoices:
    def close(self, request, number):
        return self.store.close(number)
""",
            "a condition that raised",
        ),
        bad_change(
            """\
def is_allowed(user, action):
    return user.role in RIGHTS[action]
""",
            """\
def is_allowed(user, action):
    return True
""",
            "always allowed",
        ),
        good_change(
            """\
@router.delete('/orders/{number}')
async def drop(number: int, user: User = Depends(get_current_user)):
    await store.delete(number)
""",
            """\
router = APIRouter(dependencies=[Depends(get_current_user)])

@router.delete('/orders/{number}')
async def drop(number: int):
    await store.delete(number)
""",
            "moved to the router",
        ),
        good_change(
            """\
class Orders:
    @login_required
    def get(self, request):
        return dump(request)
""",
            """\
class Orders(LoginRequiredMixin):
    def get(self, request):
        return dump(request)
""",
            "moved to the class",
        ),
        good_change(
            {
                "app/views.py": "@login_required\ndef export(request):\n    return dump(request)\n",
                "app/urls.py": "urlpatterns = [path('export', export)]\n",
            },
            {
                "app/views.py": "def export(request):\n    return dump(request)\n",
                "app/urls.py": "urlpatterns = [path('export', login_required(export))]\n",
            },
            "wrapped where the address is given",
        ),
        good_change(
            "@login_required\ndef health(request):\n    return ok()\n",
            "def health(request):\n    return ok()\n",
            "a public health view",
        ),
        good_change(
            "@login_required\ndef export(request):\n    return dump(request)\n",
            "@permission_required('orders.export')\ndef export(request):\n    return dump(request)\n",
            "another decorator that checks",
        ),
        good_change(
            "def end(request, number):\n    if not request.user.is_staff:\n        raise PermissionDenied()\n    return close(number)\n",
            "def end(request, number):\n    require_staff(request.user)\n    return close(number)\n",
            "a helper that is called",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each function or class that lost its checks."""
        if place_of(pair.path) == "test":
            return
        steps = change.routine_steps
        here = list(steps.of(pair.path))
        classes = {step.after.symbol: step for step in here if step.after.kind == "class"}
        moved = _moved_up(pair, change)
        for step in here:
            yield from self._unverified(step)
            if step.after.kind == "function":
                yield from self._function(step, classes.get(step.after.owner), steps, moved=moved)
            elif step.after.kind == "class":
                yield from self._class(step)
            yield from self._router(step, moved=any(len(auth_parameters(one.after)) > len(auth_parameters(one.before)) for one in here))

    def _function(self, step: RoutineStep, owner: RoutineStep | None, steps: RoutineSteps, *, moved: bool) -> Iterator[Match]:
        before, after = step.before, step.after
        if _is_neutered(step):
            yield self._lost(step, f"`{clip(after.name, 40)}` always allows now", "\n".join(before.returns))
            return
        lost = [one.text for one in before.decorators if is_auth_decorator(one)]
        lost += auth_parameters(before)
        lost += [text for one in before.decorators for text in re.findall(r"dependencies=\[.*\]", one.text) if AUTH_NAME.search(text)]
        if lost and not _checks(after) and not moved and not _is_covered(owner) and not PUBLIC.search(after.name) and _is_view(step):
            yield self._lost(step, f"`{clip(after.name, 30)}` lost `{clip(lost[0], 40)}`", lost[0])
            return
        opened = next((one.text for one in after.decorators if OPEN_CLASSES.search(one.text)), "")
        if opened and not any(OPEN_CLASSES.search(one.text) for one in before.decorators) and not PUBLIC.search(after.name):
            yield self._lost(step, f"`{clip(after.name, 40)}` lets everybody in now", opened)
        for guard in before.guards:
            if is_auth_guard(guard) and not _stands(guard, step, steps) and not (moved or _is_covered(owner)):
                severity = self.severity if guard.leaves or guard.form == "call" else "medium"
                yield self._lost(step, f"`{clip(guard.text, 55)}` no longer refuses callers", guard.text, guard.line, severity)
                return

    def _class(self, step: RoutineStep) -> Iterator[Match]:
        before, after = auth_values(step.before), auth_values(step.after)
        given = dict(step.after.values)
        for name, text in before.items():
            if name not in after and not auth_bases(step.after) and not PUBLIC.search(step.after.name):
                is_open = name in given
                if not is_open and step.after.bases != step.before.bases:
                    continue
                yield self._lost(step, f"`{name}` of `{clip(step.after.name, 30)}` {'lets everybody in' if is_open else 'is gone'}", text)
                return
        lost = [base for base in auth_bases(step.before) if base not in step.after.bases]
        if lost and not auth_bases(step.after) and not after and not any(is_auth_decorator(one) for one in step.after.decorators):
            yield self._lost(step, f"`{clip(step.after.name, 40)}` lost its base `{clip(lost[0], 30)}`", lost[0])

    def _router(self, step: RoutineStep, *, moved: bool) -> Iterator[Match]:
        """A router or application that was made with dependencies, or wrapped views, and is made without."""
        for act in step.before.acts:
            wanted = next((text for key, text in act.arguments if key == "dependencies" and AUTH_NAME.search(text)), "")
            if not wanted or act.name not in {"APIRouter", "FastAPI", "include_router", "add_api_route"}:
                continue
            target = [text for key, text in act.arguments if key == "0"]
            same = [
                one for one in step.after.acts if one.name == act.name and [text for key, text in one.arguments if key == "0"] == target
            ]
            kept = [text for one in same for key, text in one.arguments if key == "dependencies" and AUTH_NAME.search(text)]
            if same and not kept and not moved:
                yield self._lost(step, f"`{act.name}` lost `dependencies={clip(wanted, 40)}`", wanted, act.span.line)

    def _unverified(self, step: RoutineStep) -> Iterator[Match]:
        off = [act for act in step.after.acts if _is_unverified(act)]
        if len(off) > sum(_is_unverified(act) for act in step.before.acts):
            yield self.match_step(
                step, "The token is decoded without verifying it", lost="verify", line=step.before_line, span=off[-1].span
            )

    def _lost(self, step: RoutineStep, message: str, lost: str, line: int = 0, severity: Severity | None = None) -> Match:
        return self.match_step(step, message, lost=lost, line=line or step.before_line, severity=severity)


def _checks(routine: Routine) -> bool:
    return (
        any(is_auth_decorator(one) or re.search(r"auth|permission|login|require", one.callee, re.IGNORECASE) for one in routine.decorators)
        or bool(auth_parameters(routine))
        or any(is_auth_guard(guard) for guard in routine.guards)
        or any(re.search(r"dependencies=\[", one.text) and AUTH_NAME.search(one.text) for one in routine.decorators)
    )


def _is_view(step: RoutineStep) -> bool:
    """Whether the function is still reached as it was: it has not lost its route."""
    routed = [any(ROUTE.search(one.callee) for one in side.decorators) for side in (step.before, step.after)]
    return routed[1] or not routed[0]


def _is_covered(owner: RoutineStep | None) -> bool:
    """Whether the class around checks for all of its methods."""
    if owner is None:
        return False
    after = owner.after
    return bool(auth_bases(after) or auth_values(after) or any(is_auth_decorator(one) for one in after.decorators))


def _moved_up(pair: FilePair, change: ChangeFacts) -> bool:
    """Whether the change adds something that guards many views at once: in this file's module, or anywhere as middleware."""
    for step in change.routine_steps.steps:
        known = {act.name: act for act in step.before.acts}
        for act in step.after.acts:
            given = " ".join(text for _, text in act.arguments)
            is_new = act.name not in known or given != " ".join(text for _, text in known[act.name].arguments)
            here = step.path == pair.path or act.name in {"path", "re_path", "url", "include_router", "add_url_rule", "register_blueprint"}
            if is_new and _guards_all(act, given) and (here or "iddleware" in act.callee + given):
                return True
        for name, text in step.after.values if step.after.kind == "module" else ():
            if (
                AUTH_NAME.search(text)
                and WHOLE.search(name + text)
                and text != dict(step.before.values).get(name)
                and "iddleware" in name + text
            ):
                return True
    return any(
        re.search(r"before_request|middleware", one.callee) and not any(one.callee == other.callee for other in step.before.decorators)
        for step in change.routine_steps.steps
        for one in step.after.decorators
    ) or any(
        re.search(r"before_request|middleware", one.callee) for _, routine in change.routine_steps.arrived for one in routine.decorators
    )


def _guards_all(act: Act, given: str) -> bool:
    if act.name in {"add_middleware", "before_request", "middleware", "before_app_request"}:
        return AUTH_NAME.search(given) is not None
    if act.name in {"APIRouter", "FastAPI", "include_router", "Blueprint", "register_blueprint"}:
        return "dependencies" in dict(act.arguments) and AUTH_NAME.search(given) is not None
    return (
        act.name in {"path", "re_path", "url", "add_url_rule"}
        and re.search(r"(?:login|permission|staff\w*|auth)\w*required\(|as_view", given) is not None
        and "required" in given
    )


def _is_neutered(step: RoutineStep) -> bool:
    before, after = step.before, step.after
    if not DECIDING.match(after.name) or after.returns != ("True",) or before.returns == ("True",) or after.guards:
        return False
    return any(text not in {"True", "None"} for text in before.returns) and len(before.acts) + len(before.guards) + len(before.text) > len(
        after.text
    )


def _stands(guard: Guard, step: RoutineStep, steps: RoutineSteps) -> bool:
    """Whether something took the place of a condition: another one on the same, in this function, a helper or a decorator."""
    if any(replaces(guard, other) or is_auth_guard(other) for other in step.after.guards if other.leaves or not guard.leaves):
        return True
    if len(step.after.decorators) > len(step.before.decorators) or len(auth_parameters(step.after)) > len(auth_parameters(step.before)):
        return True
    if any(symbol != step.after.symbol and (replaces(guard, other) or is_auth_guard(other)) for symbol, other in steps.gained):
        return True
    words = set(guard.names)
    return any(
        AUTH_NAME.search(act.name)
        or (words & set(act.names) and re.search(r"check|require|ensure|verify|get_object_or_404|filter", act.name))
        for symbol, act in steps.gained_acts
        if symbol == step.after.symbol
    )


def _is_unverified(act: Act) -> bool:
    if act.name != "decode" or not re.search(r"jwt|jose|token", act.callee, re.IGNORECASE):
        return False
    given = dict(act.arguments)
    return (
        given.get("verify") == "False"
        or any(UNVERIFIED.search(text) for text in given.values())
        or "none" in given.get("algorithms", "").lower()
    )
