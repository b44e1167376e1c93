"""Numbers in sentences."""


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun in singular or plural: `1 image`, `1,200 images`."""
    return f"{count:,} {one if count == 1 else many}"
