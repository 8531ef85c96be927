"""An archive is unpacked wherever its names point."""

from aicheck.authoring import RuffCode, bad, good


class ArchiveExtractedAnywhere(RuffCode):
    """Adopts ruff's S202."""

    id = "access-broadening/archive-extracted-anywhere"
    codes = ("S202",)
    found = "extractall() without a filter"
    title = "An archive is unpacked without a filter for its names"
    why = "A name such as `../../etc/cron.d/job` or a link in the archive writes outside the folder, with the rights of this process."
    instead = 'Pass `filter="data"`, which refuses such names, links and devices.'
    severity = "high"
    security = True
    cwe = (22,)
    references = ("https://docs.astral.sh/ruff/rules/tarfile-unsafe-members/",)
    examples = (
        bad(
            "import tarfile\n\n\ndef unpack(upload, folder):\n    with tarfile.open(upload) as archive:\n"
            "        archive.extractall(folder)\n",
            "an upload",
        ),
        bad("import tarfile\n\ntarfile.open('release.tgz').extractall()\n", "into the current folder"),
        good(
            "import tarfile\n\n\ndef unpack(upload, folder):\n    with tarfile.open(upload) as archive:\n"
            "        archive.extractall(folder, filter='data')\n",
            "names that lead outside are refused",
        ),
        good(
            "import tarfile\n\n\ndef names(upload):\n    with tarfile.open(upload) as archive:\n        return archive.getnames()\n",
            "only looks into it",
        ),
    )
