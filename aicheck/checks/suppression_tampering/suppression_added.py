"""The change itself adds a comment that silences aicheck. Found by `aicheck.suppression`, which compares both sides."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.base import BuiltInCheck

_PLAIN = "import shutil\n\n\ndef clear(path):\n    shutil.rmtree(path)\n"
_REASON = "path comes from mkdtemp"
_SILENCED = (
    f"import shutil\n\n\ndef clear(path):\n    shutil.rmtree(path)  # aicheck: ignore[unbounded-deletion/rmtree-unguarded] {_REASON}\n"
)


class SuppressionAdded(BuiltInCheck):
    """A new `aicheck: ignore[...]` comment with a reason."""

    id = "suppression-tampering/suppression-added"
    title = "The change silences a rule for its own code"
    why = "Whoever writes the code also decides that its hazard needs no look; the finding it hides reaches production unread."
    instead = (
        "Fix the finding or show its safeguard. If the code is right as it is, keep the comment and let the reviewer of this change "
        "accept it: it counts from the next change on."
    )
    severity = "high"
    fixed = True
    confidence = "high"
    kind = "change"
    cwe = (1164,)
    security = True
    examples = (
        bad_change(_PLAIN, _SILENCED, "the hazard stays, the finding is silenced"),
        bad_change(
            {"deploy.yaml": "replicas: 3\n"},
            {"deploy.yaml": "# aicheck: ignore[value-delta/replicas-lowered] quiet season\nreplicas: 0\n"},
            "silenced together with the change it would report",
        ),
        good_change(_SILENCED, _SILENCED.replace("clear(", "remove("), "the comment was accepted earlier"),
        good_change(_SILENCED, _PLAIN, "a suppression is taken away"),
        good_change(
            _PLAIN,
            _PLAIN.replace("import shutil", 'import shutil\n\nHELP = "# aicheck: ignore[unbounded-deletion/rmtree-unguarded] say why"'),
            "text in a string, not a comment",
        ),
    )
