"""Prompts: text files beside the code that uses them, with `$slots`, which a user's folder may override by name.

A prompt is part of what a run or a solution depends on, so each has a digest.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from dive.errors import DiveError
from dive.types import digest


class Prompts:
    """The prompts of one package; those of a folder come first."""

    def __init__(self, package: str, folder: Path | None = None) -> None:
        self._home = files(package) / "prompts"
        self.names = tuple(sorted(part.name.removesuffix(".md") for part in self._home.iterdir() if part.name.endswith(".md")))
        """The prompts that there are."""
        self._texts = {name: (self._home / f"{name}.md").read_text(encoding="utf-8") for name in self.names}
        if folder is not None:
            self._override(folder)

    def _override(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DiveError(f"{folder} is no folder of prompts")
        for name in self.names:
            own = folder / f"{name}.md"
            if own.exists():
                slots, known = _slots(own.read_text(encoding="utf-8"), own), _slots(self._texts[name], own)
                if strange := sorted(slots - known):
                    raise DiveError(f"{own} has the slots {', '.join(strange)}; known are {', '.join(sorted(known))}")
                self._texts[name] = own.read_text(encoding="utf-8")

    def fill(self, name: str, slots: Mapping[str, str] | None = None) -> str:
        """The text of a prompt with its slots filled."""
        return Template(self._texts[name]).substitute(slots or {}).strip()

    def digest(self, *names: str) -> str:
        """A content key of the named prompts, or of all."""
        return digest([self._texts[name] for name in names or self.names])


def _slots(text: str, path: Path) -> set[str]:
    template = Template(text)
    if not template.is_valid():
        raise DiveError(f"{path}: a $ that begins no slot is written $$")
    return set(template.get_identifiers())
