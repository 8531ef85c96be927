"""Characters that make code look different from what it does."""

from aicheck.authoring import RuffCode, bad, good


class HiddenCharacters(RuffCode):
    """Adopts ruff's PLE2502, PLE2510, PLE2512, PLE2513, PLE2514 and PLE2515."""

    id = "suppression-tampering/hidden-characters"
    codes = ("PLE2502", "PLE2510", "PLE2512", "PLE2513", "PLE2514", "PLE2515")
    title = "Code holds characters that a reviewer cannot see"
    why = "What the reviewer reads is not what runs: text runs backwards, is overwritten on the terminal or differs by an invisible sign."
    instead = "Write such a character as an escape, for example `\\u200b` or `\\x1b`."
    severity = "medium"
    fixed = True
    security = True
    cwe = (1007,)
    references = (
        "https://docs.astral.sh/ruff/rules/bidirectional-unicode/",
        "https://docs.astral.sh/ruff/rules/invalid-character-backspace/",
        "https://docs.astral.sh/ruff/rules/invalid-character-zero-width-space/",
    )
    examples = (
        bad(
            "def is_admin(role):\n    return role != 'user\u202e \u2066# only admins\u2069 \u2066'\n", "the end of the line runs backwards"
        ),
        bad("ALLOWED = {'admin', 'ad\u200bmin'}\n", "two names that look the same"),
        bad("print('deleted\x08\x08\x08\x08\x08\x08\x08checked')\n", "overwrites what stood there"),
        good("def is_admin(role):\n    return role != 'user\\u202e'\n", "the character as an escape"),
        good("GREETINGS = {'he': '\u05e9\u05dc\u05d5\u05dd', 'fr': '\u00e0 bient\u00f4t'}\n", "letters of other scripts"),
    )
