"""Configuration files to settings: one call for every format."""

from functools import lru_cache

from aicheck.model.facts import Setting
from aicheck.readers import json_tree, toml_tree, yaml_tree
from aicheck.readers.intrinsics import fold_calls
from aicheck.readers.language import is_generated, is_named_template
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, MapNode, Node, flatten
from aicheck.readers.unreadable import Unreadable

READERS = {"json": json_tree.read_documents, "toml": toml_tree.read_documents, "yaml": yaml_tree.read_documents}
"""Formats that are read often; those of `_read_rarer` are imported when one is met."""


def read_settings(path: str, language: str, data: bytes) -> tuple[Setting, ...]:
    """The settings of a file in file order, unique by key.

    A Kubernetes object's keys start with `Kind/name`; of other documents in one file all but the first start with their
    position (`document 2`). `language` is one of `language.CONFIGURED` or `systemd`.
    Raises Unreadable. Not applicable are generated files, and files named as templates (`app.yaml.tpl`) that are nothing else.
    """
    return settings_of_documents(read_documents(path, language, data))


@lru_cache(maxsize=1)
def read_documents(path: str, language: str, data: bytes) -> tuple[Node, ...]:
    """The trees of a file, kept for the next reader of the same file; as `read_settings`. Nobody but that one may change them."""
    if is_generated(path):
        raise Unreadable("generated file, not settings", applicable=False)
    source = SourceText(data)
    try:
        return READERS[language](source) if language in READERS else _read_rarer(path, language, source)
    except Unreadable as error:
        if error.applicable and error.reason.startswith("syntax error") and is_named_template(path):
            raise Unreadable(f"template: {error.reason}", applicable=False) from None
        raise


def settings_of_documents(documents: tuple[Node, ...]) -> tuple[Setting, ...]:
    """As `read_settings`, of documents that were read already. Raises Unreadable beyond the limits of `tree`."""
    for document in documents:
        fold_calls(document)
    return flatten(zip(_document_keys(documents), documents, strict=True))


def _read_rarer(path: str, language: str, source: SourceText) -> tuple[Node, ...]:
    if language == "terraform":
        from aicheck.readers import hcl_tree  # each brings a parser in that most changes do not need

        return hcl_tree.read_documents(source)
    if language == "dotenv":
        from aicheck.readers import dotenv_tree

        return dotenv_tree.read_dotenv(source)
    if language == "dnszone":
        from aicheck.readers import zone_tree

        return zone_tree.read_zone(source)
    if language == "systemd":
        from aicheck.readers import ini_tree

        return ini_tree.read_ini(source, path)
    from aicheck.readers import config_tree

    return config_tree.read_documents(source, path)


def _document_keys(documents: tuple[Node, ...]) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    taken: set[tuple[str, ...]] = set()
    for position, document in enumerate(documents, start=1):
        name = object_name(document)
        if name and (name,) in taken:
            name = f"{name} ({position})"
        keys.append((name,) if name else (f"document {position}",) if position > 1 else ())
        taken.add(keys[-1])
    return keys


def object_name(document: Node) -> str:
    """`Deployment/web` for a Kubernetes object, else empty."""
    if not isinstance(document, MapNode) or "apiVersion" not in document.items:
        return ""
    kind, metadata = document.items.get("kind"), document.items.get("metadata")
    name = metadata.items.get("name") if isinstance(metadata, MapNode) else None
    return f"{kind.value}/{name.value}" if isinstance(kind, Leaf) and isinstance(name, Leaf) else ""
