"""access-broadening/csrf-exempt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, cst, descend, good
from aicheck.model.rule import Severity
from aicheck.regex import regex

EXEMPT = regex(r"(?:^|\.)csrf_exempt$|(?:^|\.)csrf\.exempt$|(?:^|\.)csrf_protect\.exempt$")
CALLED_BACK = regex(r"webhook|callback|(?:^|_)hook|(?:^|_)ipn(?:_|$)|notif", re.IGNORECASE)
PROVES = regex(r"signature|hmac|compare_digest|construct_event|verify|token|api_?key|authenticat|Authorization|secret", re.IGNORECASE)
"""What in a body shows that the caller proves who it is by other means than a cookie."""


class CsrfExempt(PythonCheck):
    """Finds views that are exempt from the check of where a form came from, and do not make the caller prove itself otherwise."""

    id = "access-broadening/csrf-exempt"
    title = "A view is exempt from the check against forged requests"
    why = "Any page that a user visits can then send this request with the user's session: change, order or delete in the user's name."
    instead = "Leave the check on and send the token; for callers without a session verify a signature or a token in the view."
    severity = "high"
    confidence = "medium"
    cwe = (352,)
    security = True
    needles = (("exempt",), ("csrf",))
    examples = (
        bad(
            "from django.views.decorators.csrf import csrf_exempt\n\n\n@csrf_exempt\ndef transfer(request):\n"
            "    request.user.account.send(request.POST['to'])\n",
            "a view that acts for the user",
        ),
        bad(
            "from django.utils.decorators import method_decorator\nfrom django.views.decorators import csrf\n\n\n"
            "@method_decorator(\n    csrf.csrf_exempt,\n    name='dispatch',\n)\nclass Transfer(View):\n"
            "    async def post(self, request):\n        await send(request)\n",
            "a class",
        ),
        bad(
            "from django.urls import path\nfrom django.views.decorators.csrf import csrf_exempt as open_to_all\n\n"
            "from shop import views\n\nurlpatterns = [path('transfer', open_to_all(views.transfer))]\n",
            "in the list of addresses",
            path="shop/urls.py",
        ),
        good(
            "from django.views.decorators.csrf import csrf_protect\n\n\n@csrf_protect\ndef transfer(request):\n    send(request)\n",
            "the check",
        ),
        good(
            "import hmac\n\nfrom django.views.decorators.csrf import csrf_exempt\n\n\n@csrf_exempt\ndef paid(request):\n"
            "    if not hmac.compare_digest(sign(request.body), request.headers['X-Signature']):\n        raise PermissionError\n"
            "    settle(request)\n",
            "the caller signs",
        ),
        good("def csrf_exempt(view):\n    return view\n\n\n@csrf_exempt\ndef transfer(request):\n    send(request)\n", "another function"),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """Each use of the exemption, as a decorator or around a view."""
        decorators: set[cst.CSTNode] = set()
        for decorator in region.walk(cst.Decorator):
            decorators |= {*descend(decorator, cst.Name, cst.Attribute)}
            owner = region.parent(decorator)
            if _exempts(decorator.decorator, region) and owner is not None and not PROVES.search(_body(owner, region)):
                yield _hit(decorator, owner, region)
        for call in region.walk(cst.Call):
            if (
                call.func not in decorators
                and EXEMPT.search(region.resolve(call.func))
                and call.args
                and _is_known(region.resolve(call.func))
            ):
                yield Hit(region.span(call), "a view is exempt from the check against forged requests")


def _exempts(decorator: cst.BaseExpression, region: Region) -> bool:
    """`@csrf_exempt`, `@csrf.exempt`, and `@method_decorator(csrf_exempt, ...)`."""
    if isinstance(decorator, cst.Call):
        return any(_exempts(argument.value, region) for argument in decorator.args[:1])
    if isinstance(decorator, (cst.List, cst.Tuple)):
        return any(_exempts(element.value, region) for element in decorator.elements)
    name = region.resolve(decorator)
    return EXEMPT.search(name) is not None and _is_known(name)


def _is_known(name: str) -> bool:
    """Whether the name comes from elsewhere: a function of this file that is called so is another."""
    return "." in name


def _body(owner: cst.CSTNode, region: Region) -> str:
    return region.text(owner.body) if isinstance(owner, (cst.FunctionDef, cst.ClassDef)) else ""


def _hit(decorator: cst.Decorator, owner: cst.CSTNode, region: Region) -> Hit:
    name = owner.name.value if isinstance(owner, (cst.FunctionDef, cst.ClassDef)) else ""
    severity: Severity | None = "medium" if CALLED_BACK.search(name) else None
    message = f"{name[:50]} is exempt from the check against forged requests"
    return Hit(region.span(decorator), message, f"csrf_exempt {name}", severity)
