"""The order of paths: by their bytes, as git sorts them."""


def path_bytes(path: str) -> bytes:
    """The bytes that a path stands for."""
    return path.encode("utf-8", "surrogateescape")
