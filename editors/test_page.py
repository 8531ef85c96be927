"""The set-ups of docs/editors.md, word by word, in the real editors: each finding once, at its place behind wide characters."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "editors.md").read_text(encoding="utf-8")
BEFORE = "import requests\n\n\ndef load(url):\n    return requests.get(url, timeout=5).json()\n"
LINE = '    label = "漢字😀"; return requests.get(url, verify=False).json()'
AFTER = f"import requests\n\n\ndef load(url):\n{LINE}\n"
SECONDS = 120
NEOVIM_CHECK = """\
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
vim.wait(3000)
local found = {}
for _, one in ipairs(vim.diagnostic.get(0)) do
  local text = vim.api.nvim_buf_get_lines(0, one.lnum, one.lnum + 1, false)[1]
  table.insert(found, { one.code, one.lnum + 1, vim.fn.strchars(string.sub(text, 1, one.col)) + 1 })
end
vim.fn.writefile({ vim.fn.json_encode(found) }, "found.json")
vim.cmd("qa!")
"""
EMACS_CHECK = """\
(setq eglot-sync-connect 60)
(find-file "load.py")
(run-hooks 'post-command-hook)
(let ((end (+ (float-time) 60)))
  (while (and (< (float-time) end) (not (flymake-diagnostics)))
    (accept-process-output nil 0.2)
    (when (bound-and-true-p flymake-mode) (flymake-start nil t))))
(accept-process-output nil 3)
(let (found)
  (dolist (one (flymake-diagnostics))
    (goto-char (flymake-diagnostic-beg one))
    (push (vector (flymake-diagnostic-text one) (line-number-at-pos) (1+ (- (point) (line-beginning-position)))) found))
  (with-temp-file "found.json" (insert (json-encode (vconcat found)))))
(kill-emacs 0)
"""

Place = tuple[str, int, int]
"""Rule, line and column, both from 1, in characters."""


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": own, "HOME": str(folder.parent), "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A repository in which one line was made worse, not committed."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "load.py").write_text(BEFORE, encoding="utf-8")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, "git", "add", "-A")
    run(folder, "git", "-c", "user.name=Jo", "-c", "user.email=jo@acme.example", "commit", "-q", "-m", "Load")
    (folder / "load.py").write_text(AFTER, encoding="utf-8")
    return folder


def scanned(folder: Path) -> list[Place]:
    report = json.loads(run(folder, "aicheck", "scan", "--format", "json").stdout)
    found = [(one["rule"], one["line"], one["column"]) for one in report["findings"]]
    assert LINE.index("requests") + 1 in {column for _, _, column in found}
    return sorted(found)


def shown(folder: Path) -> list[Place]:
    return sorted((rule, line, column) for rule, line, column in json.loads((folder / "found.json").read_text(encoding="utf-8")))


@pytest.mark.skipif(shutil.which("nvim") is None, reason="needs Neovim: apt install neovim")
def test_neovim_shows_each_finding_once_at_its_place(change: Path) -> None:
    (change.parent / "init.lua").write_text(block("lua"), encoding="utf-8")
    (change.parent / "check.lua").write_text(NEOVIM_CHECK, encoding="utf-8")
    done = run(change, "nvim", "--headless", "-n", "-u", "../init.lua", "load.py", "-c", "luafile ../check.lua")
    assert done.returncode == 0, done.stderr
    assert shown(change) == scanned(change)


@pytest.mark.skipif(shutil.which("emacs") is None, reason="needs Emacs with Eglot: apt install emacs-nox elpa-eglot")
def test_emacs_shows_each_finding_once_at_its_place(change: Path) -> None:
    (change.parent / "init.el").write_text(block("elisp"), encoding="utf-8")
    (change.parent / "check.el").write_text(EMACS_CHECK, encoding="utf-8")
    done = run(change, "emacs", "--batch", "-l", "../init.el", "-l", "../check.el")
    assert done.returncode == 0, done.stderr
    told = [(re.sub(r".*\[(.+?)\].*", r"\1", text), line, column) for text, line, column in shown(change)]
    assert sorted(told) == scanned(change)
