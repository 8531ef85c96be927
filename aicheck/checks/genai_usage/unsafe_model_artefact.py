"""genai-usage/unsafe-model-artefact."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.model.rule import Severity
from aicheck.readers.python.local_names import LocalNames, own_nodes, scopes_of
from aicheck.readers.routines.acts import expression_span
from aicheck.regex import regex

LOADING = regex(
    r"(?:^|\.)(?:from_pretrained|pipeline|load_dataset|SentenceTransformer|AutoModel\w*|AutoTokenizer|LLM|CrossEncoder|load_model|snapshot_download)$"
)
PICKLED = frozenset(
    {
        "torch.load",
        "joblib.load",
        "keras.models.load_model",
        "tensorflow.keras.models.load_model",
        "tf.keras.models.load_model",
        "numpy.load",
    }
)


class UnsafeModelArtefact(PythonCheck):
    """A model is loaded in a way that runs code which came with it."""

    id = "genai-usage/unsafe-model-artefact"
    title = "Loading a model runs code that came with it"
    why = "Whoever can change the file or the repository it comes from runs code in this process, with its data and secrets."
    instead = "Load safetensors, or `weights_only=True`; where a model needs code of its own, pin the revision that was read."
    severity = "high"
    confidence = "medium"
    cwe = (502,)
    security = True
    needles = (
        ("trust_remote_code", "torch", "joblib", "safe_mode", "allow_pickle"),
        ("load", "pretrained", "pipeline", "Transformer", "LLM", "trust_remote_code"),
    )
    examples = (
        bad(
            """\
from transformers import AutoModel

def load(name):
    return AutoModel.from_pretrained(name, trust_remote_code=True)
""",
            "code of the repository",
        ),
        bad(
            """\
import torch as t

class Net:
    def restore(self, path):
        self.state = t.load(
            path,
            weights_only=False,
        )
""",
            "a pickle",
        ),
        bad(
            """\
from transformers import pipeline

OPTIONS = {'trust_remote_code': True}
ask = pipeline('text-generation', 'acme/m', **OPTIONS)
""",
            "through a dictionary",
        ),
        good(
            """\
from transformers import AutoModel

def load():
    return AutoModel.from_pretrained('acme/m', trust_remote_code=True, revision='5ac2f0f3c1f0a1b2c3d4e5f60718293a4b5c6d7e')
""",
            "pinned to a revision",
        ),
        good("import torch\n\ndef restore(path):\n    return torch.load(path, weights_only=True)\n", "weights only"),
        good("from safetensors.torch import load_file\n\ndef restore(path):\n    return load_file(path)\n", "safetensors"),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call."""
        if region.index is None:
            return
        for node, names in scopes_of(region.source.names, region.index):
            for call in own_nodes(getattr(node, "body", [])):
                found = _unsafe(call, names) if isinstance(call, ast.Call) else None
                if found is not None and isinstance(call, ast.Call):
                    yield Hit(expression_span(region.source, call), found[0], severity=found[1])


def _unsafe(call: ast.Call, names: LocalNames) -> tuple[str, Severity | None] | None:
    given = dict(_keywords(call, names))
    name = names.callee(call.func)
    if LOADING.search(name) and given.get("trust_remote_code") == "True":
        return None if re.match(r"^'[0-9a-f]{40}'$", given.get("revision", "")) else ("Code that comes with the model is run", None)
    if name == "torch.load" and given.get("weights_only") == "False":
        return "The file is unpickled whole, code included", None
    if name in PICKLED and given.get("safe_mode") == "False":
        return "Code that comes with the model is run", None
    if name == "numpy.load" and given.get("allow_pickle") == "True":
        return "The file is unpickled, code included", "medium"
    return None


def _keywords(call: ast.Call, names: LocalNames) -> Iterator[tuple[str, str]]:
    """Keywords and their sources, dictionaries of the file that are unpacked taken apart."""
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg is None and isinstance(value, ast.Name):
            known = names.bound(value.id) or [None]
            value = known[-1] or value
        if keyword.arg is not None:
            yield keyword.arg, ast.unparse(value)
        elif isinstance(value, ast.Dict):
            yield from (
                (str(key.value), ast.unparse(one))
                for key, one in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant)
            )
