"""What lies beside the file of tools."""


def number(wine: str) -> int:
    return len(wine)
