"""Which decorators, bases, parameters, calls and conditions in Python decide who may do something."""

import re

from aicheck.model.routines import Decorator, Guard, Routine
from aicheck.regex import regex

AUTH_DECORATOR = regex(
    r"(?:^|[._])(?:login_required|fresh_login_required|permission(?:s)?_required|require_permissions?|requires?_permissions?|user_passes_test|"
    r"staff_member_required|superuser_required|admin_required|requires?_(?:\w+_)?(?:auth|login|user|admin|role|roles|scope|scopes|token|staff|superuser|owner|"
    r"authentication|authorization|api_key|permission|permissions|jwt|session|membership|access|csrf)|auth(?:entication)?_required|authenticated|jwt_required|fresh_jwt_required|"
    r"verify_jwt_in_request|token_required|api_key_required|roles?_required|roles_accepted|scopes?_required|has_permissions?|has_role|has_any_role|has_scope|"
    r"check_permissions?|permission_classes|authentication_classes|authorize|authorized|authorise|protected|secured|owner_required|"
    r"is_authenticated|is_admin|only_admins?|admin_only|staff_only|login_protected|with_auth|ensure_csrf_cookie|csrf_protect|checks\.(?:is_owner|has_\w+)|"
    r"team_\w+_required|org\w*_required|member_required|raise_if_not_\w+|requires)$",
    re.IGNORECASE,
)
AUTH_NAME = regex(
    r"(?:^|[^a-z])(?:auth\w*|current_user|login|permissions?|perms?|admin|staff|superuser|roles?|scopes?|jwt|token|api_?key|principal|identity|access|acl|"
    r"policy|rbac|verify_user|active_user|credentials|security|owner|member|csrf|signature|hmac)(?![a-z])|get_\w*user|require_\w+|IsAuthenticated|"
    r"(?:Auth|Permission|Login|Admin|Staff|Access|Role)[A-Z]?\w*",
)
AUTH_BASE = regex(
    r"(?:Login|Permission|UserPassesTest|AccessMixin|Auth\w*|Staff|Superuser|Admin|Role|Owner|Team\w*|Org\w*|Member\w*)\w*(?:Required)?\w*Mixin$|SuperuserRequired|LoginRequired"
)
AUTH_VALUES = frozenset(
    {
        "permission_classes",
        "authentication_classes",
        "permission_required",
        "decorators",
        "login_required",
        "roles_required",
        "required_scopes",
        "dependencies",
    }
)
OPEN_CLASSES = regex(r"\bAllowAny\b")
REFUSING = regex(
    r"40[13]|Forbidden|Unauthori[sz]ed|PermissionDenied|PermissionError|NotAuthenticated|AuthenticationFailed|AccessDenied|Http404|"
    r"redirect\w*\([^)]*login|"
    r"login_url|unauthori[sz]ed|forbidden|permission|not allowed|AuthError|NotAuthorized|InvalidToken|InvalidSignature|"
    r"handle_no_permission|access denied|"
    r"HTTPException|denied",
    re.IGNORECASE,
)
AUTH_TEST = regex(
    r"\bis_(?:authenticated|staff|superuser|admin|owner|member|authori[sz]ed|allowed|anonymous|moderator|privileged|verified_user)\b|\bhas_(?:perm\w*|role\w*|access|scope\w*|"
    r"object_permission|module_perms|admin\w*|right\w*|privilege\w*)\b|\bcan_\w+|\bmay_\w+|\b(?:check|verify|validate|compare)_(?:token|signature|hmac|password|csrf|api_key|perm\w*|access|auth\w*|"
    r"ownership|digest|webhook\w*)\b|\bcompare_digest\b|\b(?:current_)?user(?:_id|\.id|\.role\w*|\.pk)?\b.*(?:!=|==|\bnot in\b|\bin\b)|"
    r"(?:!=|==) (?:\w+\.)*(?:current_)?(?:user|identity|principal)(?:\.(?:id|pk))?\b|"
    r"\b(?:owner|owner_id|user_id|author|author_id|created_by(?:_id)?)\b.*(?:!=|==)|"
    r"\brole\w*\b.*(?:!=|==|\bin\b)|\bauthori[sz]ed?\b|\bapi_key\b|\bpermissions?\b|\bis_allowed\b|\bscopes?\b",
)
AUTH_CALL = regex(
    r"(?:^|_)(?:check|require|required|ensure|verify|validate|assert|enforce|authori[sz]e|authenticate|test|raise_if|abort_if|must)(?:_\w+)?_?(?:perm\w*|auth\w*|access|admin|owner\w*|"
    r"role\w*|scope\w*|login|user|token|signature|csrf|api_key|policy|staff|superuser|membership|rights?|hmac|jwt)|^(?:authori[sz]e|authenticate|enforce|check_object_permissions|check_permissions|"
    r"require_auth|login_required)$",
)
ROUTE = regex(
    r"(?:^|\.)(?:route|get|post|put|patch|delete|api_view|action|websocket|head|options|api_route|view|endpoint|expose|rpc|mutation|query|command)$"
)


def is_auth_decorator(decorator: Decorator) -> bool:
    """Whether a decorator lets only some callers through."""
    if OPEN_CLASSES.search(decorator.text):
        return False
    if AUTH_DECORATOR.search(decorator.callee):
        return not decorator.text.endswith("([])")
    wraps = decorator.callee.rpartition(".")[2] == "method_decorator" or "dependencies=" in decorator.text
    return wraps and AUTH_NAME.search(decorator.text) is not None


def auth_parameters(routine: Routine) -> tuple[str, ...]:
    """The sources of parameters that a framework fills with a caller it has let through (`Depends(get_current_user)`)."""
    return tuple(
        text
        for name, text in routine.parameters
        if re.search(r"\bSecurity\(", text)
        or (re.search(r"\bDepends\(", text) and AUTH_NAME.search(text))
        or re.search(r"\b(?:CurrentUser|CurrentAdmin|AdminUser|AuthUser|ActiveUser|SuperuserDep|CurrentSuperuser)\b", text)
    )


def is_auth_guard(guard: Guard) -> bool:
    """Whether a condition or check decides by who is calling."""
    if guard.form == "call":
        return AUTH_CALL.search(guard.callee.rpartition(".")[2]) is not None
    if guard.form == "block" or guard.leaves == "filter":
        return False
    if guard.leaves:
        return REFUSING.search(guard.leaves) is not None and AUTH_TEST.search(guard.text) is not None
    return (
        AUTH_TEST.search(guard.text) is not None
        and re.search(r"is_(?:staff|superuser|admin|authenticated|owner)|has_perm|has_role|can_", guard.text) is not None
    )


def auth_values(routine: Routine) -> dict[str, str]:
    """The assignments of a class that say who may reach it, those that let everybody in left out."""
    return {
        name: text
        for name, text in routine.values
        if name in AUTH_VALUES and text not in {"[]", "()", "None", "False"} and not OPEN_CLASSES.search(text)
    }


def auth_bases(routine: Routine) -> tuple[str, ...]:
    """The bases of a class that let only some callers through."""
    return tuple(base for base in routine.bases if AUTH_BASE.search(base))
