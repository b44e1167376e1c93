"""Why a text is no image reference: the part that is wrong and the reason, in plain words."""


def find_fault(text: str) -> tuple[str, str]:
    """The part that is wrong and why; for a text that is known to be no reference."""
    return ("name", "it is empty" if not text else "it does not read as one")
