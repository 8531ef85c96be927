"""The change that the command line of a scan names."""

import os
import sys
from pathlib import Path
from typing import Literal

import msgspec

from aicheck.changes import sources
from aicheck.changes.buffers import from_buffers
from aicheck.changes.git import Git, open_repository
from aicheck.errors import ChangeError, UsageError
from aicheck.model.change import ChangeSet
from aicheck.trusted import read_argument

Declared = Literal["auto", "assisted", "agent", "human"]


class Options(msgspec.Struct, frozen=True):
    """The command line of one scan."""

    paths: tuple[Path, ...] = ()
    repo: Path = Path()
    staged: bool = False
    commit: str | None = None
    base: str | None = None
    head: str | None = None
    before: Path | None = None
    after: Path | None = None
    patch: str | None = None
    whole: bool = False
    formats: tuple[str, ...] = ()
    policy: Path | None = None
    roster: Path | None = None
    author: str = ""
    review: Path | None = None
    config: Path | None = None
    rules: tuple[Path, ...] = ()
    trust_plugin: tuple[str, ...] = ()
    imports: tuple[Path, ...] = ()
    imports_before: tuple[Path, ...] = ()
    provenance: Declared = "auto"
    event: Path | None = None
    trace: tuple[Path, ...] = ()
    isolated: bool = False
    stdin_filename: Path | None = None
    fix: bool = False
    diff: bool = False
    unsafe_fixes: bool = False
    exit_zero: bool = False
    jobs: int | None = None
    color: str = "auto"


def find_change(options: Options) -> tuple[Git | None, ChangeSet]:
    """The change that the options name. Raises UsageError when they name none or several."""
    _check_sources(options)
    if options.before is not None and options.after is not None:
        return None, sources.narrow(sources.from_folders(options.before, options.after), _relative(options.paths, Path()))
    git = _repository(options)
    if options.whole:
        return _find_files(git, options)
    if git is None:
        raise UsageError("--patch needs a repository")
    if options.patch is not None:
        data = sys.stdin.buffer.read() if options.patch == "-" else read_argument(Path(options.patch))
        change = sources.from_patch(git, data, options.base)
    elif options.commit is not None:
        change = sources.from_commit(git, options.commit)
    elif options.stdin_filename is not None:
        (path,) = _relative((options.stdin_filename,), _top(git))
        return git, from_buffers(git, {path: sys.stdin.buffer.read()}, options.base)
    elif options.base is not None:
        change = sources.from_range(git, options.base, options.head or "HEAD")
    else:
        change = sources.from_index(git) if options.staged else sources.from_work_tree(git)
    paths = _relative(options.paths, _top(git))
    sources.check_paths(git, change, paths)
    return git, sources.narrow(change, paths)


def _check_sources(options: Options) -> None:
    named = {
        "--staged": options.staged,
        "--commit": options.commit is not None,
        "--patch": options.patch is not None,
        "--all": options.whole,
        "--before/--after": options.before is not None or options.after is not None,
        "--stdin-filename": options.stdin_filename is not None,
        "--base": options.base is not None and options.patch is None and options.stdin_filename is None,
    }
    given = [name for name, present in named.items() if present]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} name two different changes; give one of them")
    if (options.before is None) != (options.after is None):
        raise UsageError("--before and --after belong together; give both")
    if options.imports_before and options.whole:
        raise UsageError("--import-before has no meaning with --all, which judges every file as if it were new")
    if options.head is not None and options.base is None:
        raise UsageError("--head needs --base")


def _repository(options: Options) -> Git | None:
    """The repository; None only for `--all`, which works without one."""
    if not options.repo.exists():
        raise UsageError(f"path {options.repo} does not exist")
    try:
        return open_repository(options.repo, keep_index=options.staged)
    except ChangeError:
        if options.whole:
            return None
        raise


def _given(options: Options) -> tuple[Path, ...]:
    return tuple(_absolute(path) for path in options.paths) or (options.repo.absolute(),)


def _find_files(git: Git | None, options: Options) -> tuple[Git | None, ChangeSet]:
    """The given files as they stand; paths in the report are relative to the repository that holds them all, if one does."""
    given = _given(options)
    real = [Path(os.path.realpath(path)) for path in given]
    if git is not None and git.repository.work_tree is not None and all(path.is_relative_to(git.repository.work_tree) for path in real):
        return git, sources.from_files(git, given, git.repository.work_tree)
    root = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in real]))
    return None, sources.from_files(None, given, root)


def _top(git: Git) -> Path:
    return git.repository.work_tree or git.repository.git_dir


def _absolute(path: Path) -> Path:
    return Path(os.path.normpath(Path.cwd() / path))


def _relative(paths: tuple[Path, ...], top: Path) -> tuple[str, ...]:
    """The paths relative to the top folder, `/` separated; `.` becomes the empty path only at the top itself."""
    relative = []
    for path in paths:
        absolute = Path(os.path.realpath(_absolute(path).parent)) / _absolute(path).name
        folder = Path(os.path.realpath(top))
        if not absolute.is_relative_to(folder):
            raise UsageError(f"path {path} lies outside {top}")
        relative.append(absolute.relative_to(folder).as_posix())
    return tuple(relative)
