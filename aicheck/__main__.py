"""`python -m aicheck`."""

import os
import sys

import aicheck


def leave_current_folder() -> None:
    """Take the current folder, which `python -m` puts first, off the import path: it is often the tree under judgement.

    Runs before anything else is imported, and itself needs only modules that the interpreter has already loaded.
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(aicheck.__file__)))  # noqa: PTH100, PTH120  pathlib may come from that folder
    if not sys.flags.safe_path and sys.path[0] != own:
        del sys.path[0]


if __name__ == "__main__":
    leave_current_folder()
    from aicheck.cli.main import main  # see above

    main()
