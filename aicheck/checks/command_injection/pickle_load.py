"""Stored objects are read by a format that runs code."""

from aicheck.authoring import RuffCode, bad, good


class PickleLoad(RuffCode):
    """Adopts ruff's S301."""

    id = "command-injection/pickle-load"
    codes = ("S301",)
    found = "reading this format runs whatever code the data names"
    title = "Data is read with `pickle` or a module that wraps it"
    why = "Reading a pickle runs whatever code it names: who can write the file, the cache entry or the queue message runs code here."
    instead = "Store data as JSON or in another format that holds only data; sign what has to stay a pickle and check it before reading."
    severity = "high"
    security = True
    cwe = (502,)
    references = ("https://docs.astral.sh/ruff/rules/suspicious-pickle-usage/",)
    examples = (
        bad("import pickle\n\n\ndef read(message):\n    return pickle.loads(message.body)\n", "a message of a queue"),
        bad("import shelve as store\n\n\ndef session(path):\n    return store.open(path)\n", "a module that keeps pickles"),
        good("import json\n\n\ndef read(message):\n    return json.loads(message.body)\n", "a format that holds only data"),
        good("import pickle\n\n\ndef write(order):\n    return pickle.dumps(order)\n", "writing runs nothing"),
    )
