"""Text is executed as Python code."""

from aicheck.authoring import RuffCode, bad, good


class CodeFromText(RuffCode):
    """Adopts ruff's S102 and S307."""

    id = "command-injection/code-from-text"
    codes = ("S102", "S307")
    found = "text is executed as Python code here"
    title = "Text is executed as code by `exec` or `eval`"
    why = "Whoever has a say in the text runs code with the rights of this process; no filter on the text has ever held."
    instead = "Read data with `ast.literal_eval` or `json.loads`; choose behaviour from a table of functions."
    severity = "high"
    security = True
    cwe = (95,)
    references = (
        "https://docs.astral.sh/ruff/rules/exec-builtin/",
        "https://docs.astral.sh/ruff/rules/suspicious-eval-usage/",
    )
    examples = (
        bad("def load(text):\n    return eval(text)\n", "a value read by evaluating it"),
        bad("def apply(rule, values):\n    exec(rule, {}, values)\n", "a rule kept as code"),
        good("import ast\n\n\ndef load(text):\n    return ast.literal_eval(text)\n", "reads literals, runs nothing"),
        good("def score(frame):\n    return frame.eval('a + b')\n", "a method of the same name"),
    )
