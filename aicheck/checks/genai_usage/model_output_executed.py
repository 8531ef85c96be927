"""genai-usage/model-output-executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.taint import MODELS, ModelReplies, follow, may_be_sink, sink_of
from aicheck.model.rule import Severity
from aicheck.readers.routines.acts import expression_span

DONE = {
    "code": "is run as code",
    "shell": "is run as a command",
    "SQL": "is run as SQL",
    "template": "becomes a template",
    "path": "names a file to open or delete",
    "pickle": "is unpickled",
}
SEVERITIES: dict[str, Severity] = {"template": "high", "path": "medium", "pickle": "high"}


class ModelOutputExecuted(PythonCheck):
    """Text that a language model wrote reaches an interpreter, a shell, a database, a template engine or a file name.

    Followed through assignments, formatting and one call deep inside the file. Silent where the text is checked against a
    fixed list, parsed by a schema or as a literal, quoted for the shell, or is one argument of a fixed program.
    """

    id = "genai-usage/model-output-executed"
    title = "What a model wrote is executed"
    why = "Whoever can put words before the model (a web page, a ticket, a file) runs commands with the rights of this process."
    instead = "Let the model choose from a fixed list of actions with parsed arguments, or run its code in a sandbox without secrets."
    severity = "critical"
    confidence = "medium"
    cwe = (94, 78, 89)
    security = True
    needles = (
        tuple(
            """
            exec eval compile( system popen subprocess Popen getoutput create_subprocess pexpect exec_command exec_run execute raw( read_sql
            query( sql( Template from_string render_template_string open( remove( unlink rmtree write_text write_bytes pickle loads yaml.
            import_module run_command run_code check_output runpy
            """.split()  # noqa: SIM905
        ),
    )
    anywhere = MODELS
    examples = (
        bad(
            """\
import subprocess
from openai import OpenAI

client = OpenAI()

def answer(question):
    reply = client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': question}])
    command = reply.choices[0].message.content.strip()
    subprocess.run(['bash', '-lc', command], check=True)
""",
            "a shell gets the reply",
        ),
        bad(
            """\
import anthropic as ai

class Analyst:
    async def ask(self, question):
        message = await ai.AsyncAnthropic().messages.create(
            model='m',
            messages=[question],
        )
        text = message.content[0].text
        async with self.db.cursor() as cursor:
            await cursor.execute(f'SELECT {text}')
""",
            "a query is made of it, in a method",
        ),
        bad(
            """\
from litellm import completion as ask

def extract(text):
    return text.split('```python')[1].split('```')[0]

def solve(task):
    code = extract(ask(model='m', messages=[task]).choices[0].message.content)
    exec(code, {})
""",
            "through a helper of the same file",
        ),
        bad(
            """\
import os
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model='m')

def run(line):
    os.system(line)

def main(task):
    run(llm.invoke(task).content)
""",
            "the helper is what runs it",
        ),
        bad(
            """\
import json
import subprocess

def use_tool(call):
    arguments = json.loads(call.function.arguments)
    return subprocess.check_output(arguments['command'], shell=True)
""",
            "the arguments of a tool call",
        ),
        good(
            """\
import subprocess
from openai import OpenAI

COMMANDS = {'status': ['git', 'status'], 'log': ['git', 'log', '-5']}

def answer(question):
    reply = OpenAI().chat.completions.create(model='m', messages=[question])
    choice = reply.choices[0].message.content.strip()
    if choice not in COMMANDS:
        raise ValueError(choice)
    subprocess.run(COMMANDS[choice], check=True)
""",
            "chosen from a fixed list",
        ),
        good(
            """\
import ast
from litellm import completion

def numbers(task):
    text = completion(model='m', messages=[task]).choices[0].message.content
    return ast.literal_eval(text)
""",
            "read as a literal",
        ),
        good(
            """\
from litellm import completion

def note(cursor, task):
    text = completion(model='m', messages=[task]).choices[0].message.content
    cursor.execute('INSERT INTO notes (text) VALUES (%s)', (text,))
    print(text)
""",
            "a parameter of a fixed query",
        ),
        good(
            """\
import subprocess
from litellm import completion

def commit(task):
    text = completion(model='m', messages=[task]).choices[0].message.content
    subprocess.run(['git', 'commit', '-m', text], check=True)
""",
            "one argument of a fixed program",
        ),
        good(
            """\
import subprocess
from openai import OpenAI

def size(task):
    reply = OpenAI().responses.create(model='m', input=task)
    subprocess.run(f'head -n {int(reply.output_text)} log.txt', shell=True)
""",
            "a number",
        ),
    )

    @classmethod
    def candidate(cls, node: ast.AST) -> bool:
        """It calls something by the name of a sink."""
        return any(isinstance(one, ast.Call) and may_be_sink(one) for one in ast.walk(node))

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call that takes a model's text."""
        seen: set[int] = set()
        for moment in follow(region, ModelReplies()):
            call = moment.call
            sink = sink_of(call, moment.names) if call is not None and id(call) not in seen else None
            taint = next((found for one in sink.arguments if (found := moment.taint(one))), None) if sink is not None else None
            if call is None or sink is None or taint is None:
                continue
            seen.add(id(call))
            message = f"{taint.origin[0].upper()}{taint.origin[1:]} {DONE[sink.kind]} here"
            yield Hit(expression_span(region.source, call), message, severity=SEVERITIES.get(sink.kind))
