"""Files that hold what a reporter should print. `AICHECK_GOLDEN=write pytest tests/report` writes them anew, for a person to read."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Compares the text with the golden file of this name."""
    path = FOLDER / name
    if os.environ.get("AICHECK_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == text
