"""`aicheck lsp`: the language server, for editors."""

import click

from aicheck.errors import UsageError


@click.command("lsp", short_help="Serve an editor over standard input and output.")
@click.option("--stdio", is_flag=True, help="Accepted, because many clients pass it; there is no other way to talk.")
def command(stdio: bool) -> int:  # noqa: ARG001  see its help
    """Serve an editor: the findings of what you are changing, while you write it.

    Speaks the Language Server Protocol over standard input and output; an editor starts it. docs/editors.md has the set-up
    of several. Needs the extra: pip install 'aicheck[lsp]'.
    """
    try:
        from aicheck.editor.server import make_server  # pygls is an extra, and takes longer to import than all else
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"pygls", "lsprotocol"}:
            raise
        raise UsageError("the language server needs pygls; install it with: pip install 'aicheck[lsp]'") from None
    make_server().start_io()
    return 0
