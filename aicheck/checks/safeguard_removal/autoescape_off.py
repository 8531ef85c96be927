"""Templates put values into pages as they are."""

from aicheck.authoring import RuffCode, bad, good


class AutoescapeOff(RuffCode):
    """Adopts ruff's S701."""

    id = "safeguard-removal/autoescape-off"
    codes = ("S701",)
    words = (r"autoescape\s*=\s*False", "autoescape=True")
    argument = "autoescape=True"
    found = "this template environment does not escape values"
    title = "A Jinja environment does not escape values"
    why = "A name or a comment with a script in it becomes a script on the page, and acts there as whoever looks at it."
    instead = "Pass `autoescape=select_autoescape()`: it escapes in HTML and XML and leaves other templates alone."
    severity = "high"
    security = True
    cwe = (79,)
    references = ("https://docs.astral.sh/ruff/rules/jinja2-autoescape-false/",)
    examples = (
        bad("import jinja2\n\nPAGES = jinja2.Environment(loader=jinja2.PackageLoader('shop'))\n", "the default, which escapes nothing"),
        bad(
            "from jinja2 import Environment, PackageLoader\n\nPAGES = Environment(loader=PackageLoader('shop'), autoescape=False)\n",
            "switched off",
        ),
        good(
            "from jinja2 import Environment, PackageLoader, select_autoescape\n\n"
            "PAGES = Environment(loader=PackageLoader('shop'), autoescape=select_autoescape())\n",
            "by the kind of template",
        ),
        good("from habitat import Environment\n\nWORLD = Environment(autoescape=False)\n", "another class of the same name"),
    )
