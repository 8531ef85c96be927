"""YAML is read by a loader that makes any object."""

from aicheck.authoring import RuffCode, bad, good


class YamlLoad(RuffCode):
    """Adopts ruff's S506."""

    id = "command-injection/yaml-load"
    codes = ("S506",)
    words = (r"yaml\.(?:Unsafe|Full)?Loader", "yaml.SafeLoader")
    found = "yaml.load with a loader that makes any object"
    title = "YAML is read by a loader that makes any object"
    why = "A tag in the file names a function and its arguments, and reading the file calls it."
    instead = "Use `yaml.safe_load`."
    severity = "medium"
    security = True
    cwe = (502,)
    references = ("https://docs.astral.sh/ruff/rules/unsafe-yaml-load/",)
    examples = (
        bad("import yaml\n\n\ndef read(text):\n    return yaml.load(text, Loader=yaml.Loader)\n", "the loader for trusted files"),
        bad("from yaml import load, UnsafeLoader\n\n\ndef read(text):\n    return load(text, UnsafeLoader)\n", "under other names"),
        good("import yaml\n\n\ndef read(text):\n    return yaml.safe_load(text)\n", "only data"),
        good("import yaml\n\n\ndef read(text):\n    return yaml.load(text, Loader=yaml.CSafeLoader)\n", "only data, the faster one"),
    )
