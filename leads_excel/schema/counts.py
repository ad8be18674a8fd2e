"""Numbers of things, written as people write them. Pure."""


def counted(count: int, noun: str) -> str:
    """Write a number of things as people do: 1 lead, 1,200 leads.

    Args:
        count: How many.
        noun: What they are called, ending in s; words that stay as they are, such as `new`, end otherwise.
    """
    return f"{count:,} {noun.removesuffix('s') if count == 1 else noun}"
