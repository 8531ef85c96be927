"""Every exception is caught, those that must end the process included."""

from aicheck.authoring import RuffCode, bad, good


class BareExcept(RuffCode):
    """Adopts ruff's E722."""

    id = "swallowed-errors/bare-except"
    codes = ("E722",)
    found = "everything is caught here, the signal to stop included"
    title = "A bare `except:` catches everything"
    why = "It also catches the signal to stop and the programming error, so a process that should have ended goes on with half-done work."
    instead = "Name the exceptions that the code can deal with; at the outermost edge `except Exception` with a log entry."
    severity = "medium"
    cwe = (396, 703)
    references = ("https://docs.astral.sh/ruff/rules/bare-except/",)
    examples = (
        bad(
            """\
def load(path):
    try:
        return open(path).read()
    except:
        return ''
""",
            "swallows everything",
        ),
        bad(
            """\
async def poll(client):
    try:
        await client.ping()
    except:
        print('down')
""",
            "swallows the cancellation of the task",
        ),
        good(
            """\
def load(path):
    try:
        return open(path).read()
    except FileNotFoundError:
        return ''
""",
            "one expected error",
        ),
        good(
            """\
def load(path):
    try:
        return open(path).read()
    except:
        print('failed')
        raise
""",
            "raises it again",
        ),
    )
