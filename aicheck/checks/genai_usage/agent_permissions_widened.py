"""genai-usage/agent-permissions-widened."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, ItemGained, ItemLost, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import Row, ValueDelta
from aicheck.regex import regex

AGENT_FILE = regex(
    r"(?:^|/)\.(?:claude|codex|cursor|gemini|vscode|continue|aider|opencode|amazonq)(?:/|\.)|(?:^|/)(?:opencode|claude)\.jsonc?$"
)
ANYTHING = r"\*|(?:Bash|Shell|Write|Edit|WebFetch|Execute)(?:\(\s*\*?:?\*?\s*\))?|mcp__\*|Bash\((?:sudo|rm|curl|bash|sh|eval)\b.*\)"
"""Entries of an allow list that let the agent do anything of a kind."""
SETTINGS = '{{"permissions": {{"allow": [{allow}], "deny": ["Read(.env)", "Bash(git push:*)"{deny}]}}{more}}}'


class AgentPermissionsWidened(ValueDelta):
    """Finds settings of a coding agent that let it act without asking where it had to ask, or could not."""

    id = "genai-usage/agent-permissions-widened"
    title = "Coding agent may act without asking"
    why = (
        "Everybody who opens this repository hands the agent these rights: a hidden instruction in a page or an issue is enough "
        "to run commands, delete files or send secrets away."
    )
    instead = "Allow the exact commands that are needed, keep the list of what is forbidden, and leave the mode that asks."
    severity = "high"
    languages = ("json", "toml", "yaml")
    cwe = (732,)
    security = True
    fixed = True
    rows = (
        Row((named("allow", "allowed tools", "auto approved tools", whole=True),), (ItemGained("high", ANYTHING),)),
        Row((named("deny", "denied tools", "disallowed tools", "ask", whole=True),), (ItemLost("high"),)),
        Row((named("default mode", whole=True),), (Becomes("high", frozenset({"bypasspermissions"}), added=True),)),
        Row((named("auto approve", "yolo", "trust all tools", "skip permissions", "auto run"),), (turned_on("high", added=True),)),
        Row(
            (named("approval policy", "approval mode", whole=True),),
            (Becomes("high", frozenset({"never", "yolo", "full-auto"}), added=True),),
        ),
        Row((named("sandbox mode", "sandbox", whole=True),), (Becomes("high", frozenset({"danger-full-access", "none"}), added=True),)),
    )
    examples = (
        bad_change(
            SETTINGS.format(allow='"Bash(npm test)"', deny="", more=""),
            SETTINGS.format(allow='"Bash(npm test)", "Bash(*)"', deny="", more=""),
            "any command",
            path=".claude/settings.json",
        ),
        bad_change(
            SETTINGS.format(allow='"Bash(npm test)"', deny=', "WebFetch"', more=""),
            SETTINGS.format(allow='"Bash(npm test)"', deny="", more=""),
            "one refusal less",
            path=".claude/settings.json",
        ),
        bad_change(
            'model = "x"\napproval_policy = "on-request"\n',
            'model = "x"\napproval_policy = "never"\n',
            "never asks",
            path=".codex/config.toml",
        ),
        bad_change(
            '{"editor.tabSize": 2}', '{"editor.tabSize": 2, "chat.tools.autoApprove": true}', "in the editor", path=".vscode/settings.json"
        ),
        good_change(
            SETTINGS.format(allow='"Bash(npm test)"', deny="", more=""),
            SETTINGS.format(allow='"Bash(npm test)", "Bash(npm run lint)"', deny="", more=""),
            "one exact command",
            path=".claude/settings.json",
        ),
        good_change(
            SETTINGS.format(allow='"Bash(npm test)"', deny="", more=""),
            SETTINGS.format(allow='"Bash(npm test)"', deny=', "WebFetch"', more=""),
            "one refusal more",
            path=".claude/settings.json",
        ),
        good_change(
            '{"allow": ["a"], "deny": ["b", "c"]}', '{"allow": ["a", "*"], "deny": ["b"]}', "no agent's file", path="config/cors.json"
        ),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Only in files that agents read."""
        return AGENT_FILE.search(pair.path.lower()) is not None
