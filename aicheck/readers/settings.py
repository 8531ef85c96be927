"""Configuration files to settings: one call for YAML, JSON and TOML."""

from aicheck.model.facts import Setting
from aicheck.readers import json_tree, toml_tree, yaml_tree
from aicheck.readers.language import is_generated
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, MapNode, Node, flatten
from aicheck.readers.unreadable import Unreadable

READERS = {"json": json_tree.read_documents, "toml": toml_tree.read_documents, "yaml": yaml_tree.read_documents}


def read_settings(path: str, language: str, data: bytes) -> tuple[Setting, ...]:
    """The settings of a YAML, JSON or TOML file in file order, unique by key.

    A Kubernetes object's keys start with `Kind/name`; of other documents in one file all but the first start with their
    position (`document 2`). Raises Unreadable; a lock file or another generated file is not applicable.
    """
    if is_generated(path):
        raise Unreadable("generated file, not settings", applicable=False)
    documents = READERS[language](SourceText(data))
    return flatten(zip(_document_keys(documents), documents, strict=True))


def _document_keys(documents: tuple[Node, ...]) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    for position, document in enumerate(documents, start=1):
        name = _object_name(document)
        if name and (name,) in keys:
            name = f"{name} ({position})"
        keys.append((name,) if name else (f"document {position}",) if position > 1 else ())
    return keys


def _object_name(document: Node) -> str:
    """`Deployment/web` for a Kubernetes object, else empty."""
    if not isinstance(document, MapNode) or "apiVersion" not in document.items:
        return ""
    kind, metadata = document.items.get("kind"), document.items.get("metadata")
    name = metadata.items.get("name") if isinstance(metadata, MapNode) else None
    return f"{kind.value}/{name.value}" if isinstance(kind, Leaf) and isinstance(name, Leaf) else ""
