"""Files that declare infrastructure to resources: one call for every format."""

from aicheck.model.facts import Resource

NEEDLES = {
    "json": (b"apiVersion", b"Resources", b"resource", b"services"),
    "python": (b"pulumi", b"aws_cdk"),
    "yaml": (b"apiVersion", b"Resources", b"resources", b"services"),
}
"""Without one of them a file declares no resource; files of languages that are not here, but for Terraform, never do."""


def read_resources(path: str, language: str, data: bytes) -> tuple[Resource, ...]:
    """The resources of a file in file order. Raises Unreadable."""
    if language == "terraform":
        from aicheck.readers.resources.terraform import read_terraform  # each brings a parser in that most changes do not need

        return read_terraform(data)
    if not any(needle in data for needle in NEEDLES.get(language, ())):
        return ()
    if language == "python":
        from aicheck.readers.resources.programs import read_program

        return read_program(data)
    from aicheck.readers.resources.documents import resources_of_documents
    from aicheck.readers.settings import read_documents

    return resources_of_documents(path, read_documents(path, language, data))
