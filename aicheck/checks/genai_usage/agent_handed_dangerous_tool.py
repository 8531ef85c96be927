"""genai-usage/agent-handed-dangerous-tool."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.taint import Taint, follow, sink_of
from aicheck.authoring.taint.model_replies import is_tool
from aicheck.model.rule import Severity
from aicheck.readers.python.local_names import Function, LocalNames, own_nodes, scopes_of
from aicheck.readers.routines.acts import expression_span, unparse
from aicheck.regex import regex

TOOLS = regex(
    r"(?:^|\.)(?:ShellTool|BashProcess|PythonREPLTool|PythonAstREPLTool|PythonREPL|TerminalTool|BashTool|LocalCommandLineCodeExecutor|LocalShellTool|"
    r"create_python_agent|create_pandas_dataframe_agent|create_csv_agent|LLMMathChain\.from_llm|PALChain\.\w+|LocalPythonExecutor|CodeInterpreterToolSpec|"
    r"WriteFileTool|DeleteFileTool|MoveFileTool)$"
)
KNOWN = regex(r"^(?:langchain|langchain_\w+|autogen\w*|llama_index|crewai\w*|smolagents|agents|interpreter|strands\w*|agno|phi)(?:\.|$)")
SWITCHES = {
    "allow_dangerous_code": "True",
    "allow_dangerous_requests": "True",
    "allow_dangerous_deserialization": "True",
    "allow_code_execution": "True",
    "unsafe_mode": "True",
    "auto_run": "True",
    "human_input_mode": "'NEVER'",
    "code_execution_mode": "'unsafe'",
}
"""Argument -> the value that takes the brake off."""
HOLDING = regex(r"docker|container|sandbox|e2b|isolat|False\b.*use_docker", re.IGNORECASE)
APPROVAL = regex(r"approv|confirm|interrupt|human|allow|permit|sandbox|docker", re.IGNORECASE)


class ToolParameters:
    """The parameters of functions that a model calls as tools: it writes them."""

    def of_expression(self, node: ast.expr, names: LocalNames) -> Taint | None:
        """None: only parameters."""
        del node, names
        return None

    def of_parameter(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, names: LocalNames) -> Taint | None:
        """Any parameter of a tool but the context that the framework fills."""
        if name in {"self", "cls", "ctx", "context", "state", "runtime"} or not is_tool(function, names):
            return None
        return Taint(f"`{name}`", function.lineno)


class AgentHandedDangerousTool(PythonCheck):
    """An agent gets a shell, a Python interpreter or a tool that runs what the model says, or its brakes are switched off."""

    id = "genai-usage/agent-handed-dangerous-tool"
    title = "An agent may run whatever the model says"
    why = "A sentence in a web page or ticket that the agent reads becomes a command with the rights and secrets of this process."
    instead = "Hand it narrow tools with checked arguments, ask a person before each that changes something, or run it in a container."
    severity = "high"
    confidence = "medium"
    cwe = (250,)
    security = True
    needles = (
        (
            "Tool",
            "tool",
            "allow_",
            "PythonREPL",
            "BashProcess",
            "human_input_mode",
            "auto_run",
            "Executor",
            "create_",
            "PALChain",
            "unsafe_mode",
            "code_execution_mode",
            "LLMMathChain",
            "kernel_function",
            "ai_function",
        ),
    )
    anywhere = (
        *("langchain", "autogen", "llama_index", "crewai", "smolagents", "from agents", "import agents", "from interpreter", "agno"),
        *("import interpreter", "strands", "from phi", "import phi", "@tool", ".tool", "_tool", "ai_function", "kernel_function"),
        *SWITCHES,
    )
    examples = (
        bad(
            "from langchain_community.tools import ShellTool\nfrom langchain.agents import initialize_agent\n\n"
            "def build(llm):\n    return initialize_agent([ShellTool()], llm)\n",
            "a shell",
        ),
        bad(
            """\
from langchain_experimental.agents import create_pandas_dataframe_agent as make

class Analyst:
    async def build(self, llm, frame):
        return make(
            llm,
            frame,
            allow_dangerous_code=True,
        )
""",
            "code of the model runs here",
        ),
        bad(
            """\
import subprocess
from langchain_core.tools import tool

@tool
def run(command: str) -> str:
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout
""",
            "a tool that runs any command",
        ),
        bad(
            """\
import autogen

def build():
    return autogen.UserProxyAgent('user', human_input_mode='NEVER', code_execution_config={'work_dir': 'x', 'use_docker': False})
""",
            "nobody is asked, and code runs on this machine",
        ),
        good(
            "from langchain_community.tools import DuckDuckGoSearchRun\nfrom langchain.agents import initialize_agent\n\n"
            "def build(llm):\n    return initialize_agent([DuckDuckGoSearchRun()], llm)\n",
            "a tool that only reads",
        ),
        good(
            """\
import subprocess
from langchain_core.tools import tool

@tool
def run(command: str) -> str:
    if not approve(command):
        raise PermissionError(command)
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout
""",
            "a person approves",
        ),
        good(
            """\
import autogen

def build():
    return autogen.UserProxyAgent('user', human_input_mode='NEVER', code_execution_config={'use_docker': 'python:3.12'})
""",
            "code runs in a container",
        ),
        good(
            """\
import subprocess
from langchain_core.tools import tool

@tool
def log(branch: str) -> str:
    return subprocess.run(['git', 'log', branch], capture_output=True, text=True).stdout
""",
            "one argument of a fixed program",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each tool, switch and call."""
        node = region.index
        if node is None:
            return
        has_tool = False
        for scope, names in scopes_of(region.source.names, node):
            has_tool = has_tool or (isinstance(scope, Function) and is_tool(scope, names))
            for call in own_nodes(getattr(scope, "body", [])):
                found = (_tool(call, names) or _switch(call)) if isinstance(call, ast.Call) else ""
                if found and isinstance(call, ast.Call):
                    yield Hit(expression_span(region.source, call), found, severity=_severity(call, names))
        if has_tool:
            yield from _runs_parameters(region)


def _tool(call: ast.Call, names: LocalNames) -> str:
    name = names.dotted(call.func)
    if not TOOLS.search(name) or not KNOWN.match(name) or any(keyword.arg in SWITCHES for keyword in call.keywords):
        return ""
    if any(
        APPROVAL.search(f"{keyword.arg}={unparse(keyword.value)}")
        for keyword in call.keywords
        if unparse(keyword.value) not in {"None", "False"}
    ):
        return ""
    last = name.rpartition(".")[2]
    return "" if last.startswith("create_") else f"`{last}` lets an agent run what the model says"[:100]


def _switch(call: ast.Call) -> str:
    given = {keyword.arg: unparse(keyword.value) for keyword in call.keywords if keyword.arg}
    for key, value in SWITCHES.items():
        if given.get(key) != value:
            continue
        if key != "human_input_mode":
            return f"`{key}={value}` takes the brake off"
        config = given.get("code_execution_config", "False")
        if "use_docker': False" in config or (
            "use_docker" not in config and config not in {"False", "None"} and not HOLDING.search(config)
        ):
            return "The agent runs code on this machine and nobody is asked"
    return ""


def _severity(call: ast.Call, names: LocalNames) -> Severity | None:
    """Tools over files are narrower than a shell, and loading an index of one's own is a matter of where it came from."""
    is_file = names.dotted(call.func).endswith("FileTool")
    return (
        "medium"
        if is_file or any(keyword.arg in {"allow_dangerous_deserialization", "allow_dangerous_requests"} for keyword in call.keywords)
        else None
    )


def _runs_parameters(region: Region) -> Iterator[Hit]:
    for moment in follow(region, ToolParameters()):
        call = moment.call
        sink = sink_of(call, moment.names) if call is not None else None
        if call is None or sink is None or sink.kind not in {"shell", "code"} or APPROVAL.search(moment.names.callee(call.func)):
            continue
        taint = next((found for one in sink.arguments if (found := moment.taint(one))), None)
        if taint is not None:
            yield Hit(expression_span(region.source, call), f"A tool of an agent runs {taint.origin}, which the model writes")
            return
