"""Security decisions that come out as "allowed" when something breaks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, cst, descend, dotted_text, good, literal, walk_statements
from aicheck.regex import regex

STRONG = frozenset(
    """
            auth authorize authorized authorise authorised authorization authenticate authenticated authentication permission
            permissions permitted permits allow allowed allows entitled entitlement entitlements access policy policies acl rbac
            fraud payment paid sanction sanctions signature admin superuser credential credentials captcha csrf kyc aml privilege
            privileged eligibility clearance
            """.split()  # noqa: SIM905
)
VERBS = frozenset(["verify", "verified", "validate", "check", "valid", "authenticate", "is", "has", "can", "ensure"])
WEAK = frozenset(
    """
            token jwt password passwd hmac webhook role roles scope scopes login session card balance otp mfa totp license cert
            certificate
            """.split()  # noqa: SIM905
)
"""Words that mean a security check only together with a verb of checking."""
RIGHTS = frozenset(
    """
            access edit delete view read write manage publish approve refund withdraw transfer deploy merge pay login
            """.split()  # noqa: SIM905
)
DENYING = frozenset(
    """
            deny denied denies block blocked forbidden forbid expired revoked banned locked limited exceeded fraud fraudulent
            suspicious sanctioned reject rejected invalid missing need needs require requires required must unauthorized
            blacklisted stolen tampered flagged
            """.split()  # noqa: SIM905
)
"""Words after which True means "refused"."""
HARMLESS = frozenset(
    """
            feature features flag flags enabled experiment rollout toggle robots redirect redirects duplicates empty none null
            test parse parser lex
            """.split()  # noqa: SIM905
)
ALLOWING = regex(
    r"(^|[._])(allow|allowed|permit|permitted|grant|granted|approve|approved|authorized|accept|accepted|pass|passed|valid|ok)$",
    re.IGNORECASE,
)
REFUSING = regex(r"den(y|ied)|reject|block|forbid|refus|fail|invalid", re.IGNORECASE)
NAMED = regex(rf"def\s+\w*?(?i:{'|'.join(sorted(STRONG | WEAK | RIGHTS))})".encode())
FINE_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "GeneratorExit", "StopIteration"})


class FailOpenCheck(PythonCheck):
    """An exception inside an authorization, payment or policy check is answered with "allowed"."""

    id = "swallowed-errors/fail-open-check"
    title = "A security check that allows when it fails"
    why = "When the service behind the check is down, or an attacker makes it fail, everybody is let through."
    instead = "Return the refusing answer, or let the error through."
    severity = "critical"
    cwe = (636,)
    security = True
    needles = (
        ("except",),
        ("True", "llow", "ALLOW", "grant", "Grant", "GRANT", "approve", "Approve", "APPROVE", "permit", "PERMIT", "False", "accept"),
        tuple(
            """
            llow permi Permi uthori uthent auth Auth access Access olicy olicies rbac acl fraud Fraud ayment paid anction ignature
            admin Admin redential aptcha csrf Csrf token Token jwt Jwt assw hmac ebhook role Role scope Scope login ogin card otp
            mfa icense ertificate rivilege ligib ntitle session Session balance kyc aml banned blocked revoked can_ may_
            """.split()  # noqa: SIM905
        ),
    )
    examples = (
        bad(
            """\
def is_allowed(user, action):
    try:
        return policy.check(user, action)
    except Exception:
        return True
""",
            "allowed on any error",
        ),
        bad(
            """\
class Gate:
    async def has_permission(self, user):
        try:
            answer = await self.service.ask(user)
        except (
            TimeoutError,
            OSError,
        ) as error:
            self.log.warning('no answer: %s', error)
            return True
        return answer.ok
""",
            "logged, and let through",
        ),
        bad(
            """\
def authorize(request):
    allowed = False
    try:
        allowed = rules.evaluate(request)
    except RuntimeError:
        allowed = True
    return allowed
""",
            "through a variable",
        ),
        bad(
            """\
def check_payment(order):
    try:
        return gateway.verify(order)
    except gateway.Error:
        return Decision.ALLOW
""",
            "an allowing decision",
        ),
        bad(
            """\
def is_fraudulent(order):
    try:
        return score(order) > 0.9
    except Exception:
        return False
""",
            "False lets the order through",
        ),
        good(
            """\
def is_allowed(user, action):
    try:
        return policy.check(user, action)
    except Exception:
        return False
""",
            "refused on any error",
        ),
        good(
            """\
def verify_signature(data):
    try:
        return key.verify(data)
    except ValueError:
        raise PermissionError('bad signature')
""",
            "raises",
        ),
        good(
            """\
def is_feature_allowed(name):
    try:
        return flags.get(name)
    except OSError:
        return True
""",
            "the default of a feature flag",
        ),
        good(
            """\
def is_token_expired(token):
    try:
        return decode(token).expired
    except ValueError:
        return True
""",
            "True refuses here",
        ),
        good(
            """\
def is_cached(key):
    try:
        return store.has(key)
    except OSError:
        return True
""",
            "not a security check",
        ),
    )

    @classmethod
    def worth_parsing(cls, text: bytes) -> bool:
        """Some function in it is named like a security check."""
        return NAMED.search(text) is not None

    @classmethod
    def candidate(cls, node: ast.AST) -> bool:
        """Some function in it is named like a security check and holds a try."""
        functions = (one for one in walk_statements(node) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)))
        return any(
            allowing_value(one.name) is not None and any(isinstance(inner, ast.Try) for inner in walk_statements(one)) for one in functions
        )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each handler."""
        for function in region.walk(cst.FunctionDef):
            allowing = allowing_value(function.name.value)
            if allowing is None:
                continue
            for handler in descend(function.body, cst.ExceptHandler):
                if isinstance(handler, cst.ExceptHandler) and not _is_fine(handler):
                    found = _allows(function, handler, allowing) or _falls_through(region, function, handler, allowing)
                    if found is not None:
                        yield Hit(region.span(found), f"An error in `{function.name.value[:40]}` is answered with an allowing result")


def allowing_value(name: str) -> bool | None:
    """Which truth value of a function with this name lets somebody through; None when it is no security check."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
    known = set(words)
    if (
        not words
        or known & HARMLESS
        or words[0] in {"test", "on", "set", "get", "make", "create", "add", "remove", "update", "handle", "log", "send", "process"}
    ):
        return None
    denying = bool(known & DENYING)
    if denying:
        asks = words[0] in {"is", "has", "was"} and bool(
            known
            & {
                "fraud",
                "fraudulent",
                "suspicious",
                "banned",
                "blocked",
                "revoked",
                "sanctioned",
                "blacklisted",
                "stolen",
                "denied",
                "forbidden",
            }
        )
        if asks:
            return False
        if not (known & {"fraud", "blocked"} and words[0] in {"check", "verify", "pass", "passes"}):
            return None
    if known & STRONG or (known & WEAK and known & VERBS) or (words[0] in {"can", "may"} and known & RIGHTS):
        return True
    return None


def _is_fine(handler: cst.ExceptHandler) -> bool:
    return handler.type is not None and dotted_text(handler.type) in FINE_ERRORS


def _allows(function: cst.FunctionDef, handler: cst.ExceptHandler, allowing: bool) -> cst.CSTNode | None:
    returned = {
        node.value.value for node in descend(function.body, cst.Return) if isinstance(node, cst.Return) and isinstance(node.value, cst.Name)
    }
    for node in descend(handler.body, cst.Return, cst.Assign):
        if isinstance(node, cst.Return) and node.value is not None and _is_allowing(node.value, allowing):
            return node
        if isinstance(node, cst.Assign) and dotted_text(node.targets[0].target) in returned and _is_allowing(node.value, allowing):
            return node
    return None


def _falls_through(region: Region, function: cst.FunctionDef, handler: cst.ExceptHandler, allowing: bool) -> cst.CSTNode | None:
    """The handler, when it does nothing that leaves and the next statement of the function returns an allowing value."""
    attempt = region.parent(handler)
    body = list(function.body.body)
    if attempt not in body or any(True for _ in descend(handler.body, cst.Return, cst.Raise, cst.Continue, cst.Call, cst.Assign)):
        return None
    following = body[body.index(attempt) + 1 : body.index(attempt) + 2]
    last = following[0].body[0] if following and isinstance(following[0], cst.SimpleStatementLine) else None
    returns = isinstance(last, cst.Return) and last.value is not None and _is_allowing(last.value, allowing)
    return handler if returns else None


def _is_allowing(value: cst.BaseExpression, allowing: bool) -> bool:  # noqa: PLR0911  one return for each kind
    """Whether a result lets somebody through: the truth value, a decision constant, or a field that says so."""
    constant = literal(value)
    if isinstance(constant, bool):
        return constant is allowing
    if not allowing:
        return False
    if isinstance(constant, str):
        return bool(ALLOWING.search(constant)) and not REFUSING.search(constant)
    if isinstance(value, cst.Attribute):
        return bool(ALLOWING.search(dotted_text(value)))
    if isinstance(value, cst.Tuple) and value.elements:
        return literal(value.elements[0].value) is True
    if isinstance(value, cst.Dict):
        entries = [element for element in value.elements if isinstance(element, cst.DictElement)]
        return any(
            isinstance(literal(one.key), str) and ALLOWING.search(str(literal(one.key))) and literal(one.value) is True for one in entries
        )
    if isinstance(value, cst.Call):
        if ALLOWING.search(dotted_text(value.func)) and not value.args:
            return True
        return any(one.keyword is not None and ALLOWING.search(one.keyword.value) and literal(one.value) is True for one in value.args)
    return False
