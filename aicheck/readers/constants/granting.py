"""Calls whose positional arguments say who may do what: they are settings though they stand without keywords."""

GRANTING = frozenset(
    {
        "addingressrule",
        "addmanagedpolicy",
        "allowdefaultportfromanyipv4",
        "allowfromanyipv4",
        "fromawsmanagedpolicyname",
        "grantpublicaccess",
    }
)
"""Names in lower case without underscores."""
POLICY_KEYS = frozenset({"Statement"})
"""A mapping that is passed about in a function and has such a key is an access policy."""


def is_granting(name: str) -> bool:
    """Whether a method of this name (`add_ingress_rule`, `addIngressRule`) gives access."""
    return name.replace("_", "").lower() in GRANTING
