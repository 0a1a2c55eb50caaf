"""A workspace: a folder that file functions cannot leave, and the tools of one episode in it.

A path is taken apart before the file system sees it, and walked from the folder's own descriptor, one name at a time,
without following links; so nothing that changes while a call runs can lead it outside. Only plain files with a single
name are read or written. How many files there are and how large they get is bounded.

`workspace_tools` makes tools that read and write in one workspace. What they answer depends on the calls before, so
they are `volatile`, belong to the domain `workspace`, and are not in `ToolPool.default()`. None of their parameters has
a semantic type or literals, so the embedded policy never calls them: they are for rollouts of a model.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.tool import Says, Tool, tool

MAX_PATH, MAX_NAME, MAX_DEPTH = 1_024, 255, 16
TEMPORARY = ".writing~"


def path_parts(path: str) -> tuple[str, ...]:
    """The names along a relative path; `denied` where it leads outside, `bad_arguments` where it is no path."""
    try:
        encoded = path.encode()
    except UnicodeEncodeError:
        raise bad_arguments("a path is text that can be written as UTF-8") from None
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path) or len(encoded) > MAX_PATH:
        raise bad_arguments(f"a path has up to {MAX_PATH} bytes and no control characters")
    if path.startswith(("/", "\\", "~")) or "\\" in path or path[1:2] == ":":
        raise ToolError("denied", f"{path!r} leads outside of the workspace; paths are relative and use /")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise ToolError("denied", f"{path!r} leads outside of the workspace; .. is not allowed")
    if len(parts) > MAX_DEPTH or any(len(part.encode()) > MAX_NAME for part in parts) or TEMPORARY in parts:
        raise bad_arguments(f"{path[:80]!r} is too deep, or has a name that is too long or reserved")
    return parts


class Entry(TypedDict):
    path: Annotated[str, Says("path", names=True)]
    size: Annotated[int, Says("size", unit="bytes", high="largest", low="smallest")]
    folder: Annotated[bool, Says("folders")]


@dataclass(frozen=True)
class Workspace:
    """A folder with bounds. Paths are relative to it and use `/`."""

    root: Path
    max_files: int = 1_000
    max_bytes: int = 64 << 20
    """Most bytes of all files together."""
    max_file_bytes: int = 8 << 20

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with self._parent(path) as (parent, name):
            try:
                handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
            except OSError as error:
                raise _refused(error, path) from None
        try:
            _check_plain(os.fstat(handle), path)
            with os.fdopen(os.dup(handle), "rb") as file:
                content = file.read(self.max_file_bytes + 1)
        finally:
            os.close(handle)
        if len(content) > self.max_file_bytes:
            raise ToolError("too_large", f"{path!r} has more than {self.max_file_bytes:,} bytes")
        return content

    def write(self, path: str, content: bytes) -> None:
        """Put a file in place as a whole; folders on the way are made."""
        parts = path_parts(path)
        if not parts:
            raise bad_arguments("a file needs a name")
        if len(content) > self.max_file_bytes:
            raise ToolError("too_large", f"a file has at most {self.max_file_bytes:,} bytes")
        self._check_room(parts, len(content))
        with self._parent(path, make=True) as (parent, name):
            with suppress(FileNotFoundError):
                _check_plain(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
            with suppress(FileNotFoundError):
                os.unlink(TEMPORARY, dir_fd=parent)
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                with os.fdopen(os.open(TEMPORARY, flags, 0o600, dir_fd=parent), "wb") as file:
                    file.write(content)
                os.replace(TEMPORARY, name, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError as error:
                raise _refused(error, path) from None

    def list(self, path: str = "") -> list[Entry]:
        """What is in a folder, by name; links and devices are left out."""
        parts = path_parts(path)
        with self._folder(parts, path) as folder:
            rows: list[Entry] = []
            for name in sorted(os.listdir(folder)):
                facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
                plain = stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1
                if name != TEMPORARY and (plain or stat.S_ISDIR(facts.st_mode)):
                    rows.append({"path": "/".join((*parts, name)), "size": facts.st_size if plain else 0, "folder": not plain})
        return rows

    def move(self, path: str, target: str) -> None:
        """Give a file another place; a file that is there already is not overwritten."""
        self._check_room(path_parts(target), 0)
        with self._parent(path) as (parent, name), self._parent(target, make=True) as (to, new):
            try:
                _check_plain(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
                os.link(name, new, src_dir_fd=parent, dst_dir_fd=to, follow_symlinks=False)
                os.unlink(name, dir_fd=parent)
            except FileExistsError:
                raise bad_arguments(f"{target!r} is there already") from None
            except OSError as error:
                raise _refused(error, path) from None

    def delete(self, path: str) -> None:
        """Remove a file, or a folder that is empty."""
        with self._parent(path) as (parent, name):
            try:
                facts = os.stat(name, dir_fd=parent, follow_symlinks=False)
                (os.rmdir if stat.S_ISDIR(facts.st_mode) else os.unlink)(name, dir_fd=parent)
            except OSError as error:
                raise _refused(error, path) from None

    def _check_room(self, parts: tuple[str, ...], size: int) -> None:
        files = dict(self._sizes())
        files["/".join(parts)] = size
        if len(files) > self.max_files or sum(files.values()) > self.max_bytes:
            raise ToolError("too_large", f"a workspace holds {self.max_files:,} files of {self.max_bytes:,} bytes together")

    def _sizes(self, below: str = "") -> Iterator[tuple[str, int]]:
        for entry in self.list(below):
            if entry["folder"]:
                yield f"{entry['path']}/", 0
                yield from self._sizes(entry["path"])
            else:
                yield entry["path"], entry["size"]

    @contextmanager
    def _parent(self, path: str, make: bool = False) -> Iterator[tuple[int, str]]:
        parts = path_parts(path)
        if not parts:
            raise bad_arguments("name a file, not the workspace itself")
        with self._folder(parts[:-1], path, make) as folder:
            yield folder, parts[-1]

    @contextmanager
    def _folder(self, parts: tuple[str, ...], path: str, make: bool = False) -> Iterator[int]:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        here = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=here)
                try:
                    inner = os.open(part, flags, dir_fd=here)
                except OSError as error:
                    raise _refused(error, path) from None
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)


def _check_plain(facts: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
        raise ToolError("denied", f"{path!r} is not a plain file")


def _refused(error: OSError, path: str) -> ToolError:
    """What a fault of the file system means to the caller; its own text may name what is outside."""
    if isinstance(error, FileNotFoundError):
        return not_found("file or folder", path)
    if isinstance(error, NotADirectoryError | IsADirectoryError) or error.errno in (39, 66):
        return bad_arguments(f"{path!r} is a file where a folder is needed, the other way round, or not empty")
    return ToolError("denied", f"{path!r} cannot be used")


FilePath = Annotated[str, Field(description="Path in the workspace, such as notes/today.txt", min_length=1, max_length=MAX_PATH)]
FolderPath = Annotated[str, Field(description="Folder in the workspace; empty for the workspace itself", max_length=MAX_PATH)]


class Listing(TypedDict):
    entries: Annotated[list[Entry], Says("entry")]


class Content(TypedDict):
    text: Annotated[str, Says("text", ask=False)]
    size: Annotated[int, Says("size", unit="bytes")]


class Done(TypedDict):
    path: Annotated[str, Says("path", ask=False)]
    size: Annotated[int, Says("size", unit="bytes")]


def workspace_tools(workspace: Workspace) -> list[Tool]:
    """The five tools of an episode that works in `workspace`."""

    @tool(domain="workspace", kind="retrieval", source="the workspace", volatile=True, examples=({"folder": ""},))
    def list_workspace(folder: FolderPath = "") -> Listing:
        """Files and folders in a folder of the workspace, with sizes in bytes, by name."""
        return {"entries": workspace.list(folder)[:200]}

    @tool(domain="workspace", kind="retrieval", source="the workspace", volatile=True, examples=({"path": "notes.txt"},))
    def read_workspace_file(path: FilePath) -> Content:
        """The text of a file of the workspace, and its size in bytes."""
        content = workspace.read(path)
        try:
            return {"text": content.decode(), "size": len(content)}
        except UnicodeDecodeError:
            raise bad_arguments(f"{path!r} is not text") from None

    @tool(
        domain="workspace", kind="retrieval", source="the workspace", volatile=True,
        examples=({"path": "notes.txt", "text": "done"},),
    )  # fmt: skip
    def write_workspace_file(
        path: FilePath, text: Annotated[str, Field(description="The whole new text", max_length=1 << 20)]
    ) -> Done:
        """Write a text file of the workspace as a whole; folders on the way are made. Gives its size in bytes."""
        try:
            content = text.encode()
        except UnicodeEncodeError:
            raise bad_arguments("the text cannot be written as UTF-8") from None
        workspace.write(path, content)
        return {"path": path, "size": len(content)}

    @tool(
        domain="workspace", kind="retrieval", source="the workspace", volatile=True,
        examples=({"path": "notes.txt", "target": "old/notes.txt"},),
    )  # fmt: skip
    def move_workspace_file(path: FilePath, target: FilePath) -> Done:
        """Move or rename a file of the workspace; nothing is overwritten. Gives its size in bytes."""
        workspace.move(path, target)
        return {"path": target, "size": len(workspace.read(target))}

    @tool(domain="workspace", kind="retrieval", source="the workspace", volatile=True, examples=({"path": "notes.txt"},))
    def delete_workspace_file(path: FilePath) -> Done:
        """Remove a file, or an empty folder, of the workspace."""
        workspace.delete(path)
        return {"path": path, "size": 0}

    return [list_workspace, read_workspace_file, write_workspace_file, move_workspace_file, delete_workspace_file]
