"""The workspace holds: no path, link, device or race leads out of it, and it stays within its bounds."""

import os
import socket
import subprocess
import sys
import time

import cloudpickle
import pytest

from dive.errors import ToolError
from dive.tools.pool import ToolPool
from dive.tools.workspace import Workspace, path_parts, workspace_tools


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "secret.txt").write_text("outside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("outside")
    return tmp_path


@pytest.fixture
def space(secret):
    root = secret / "inside"
    root.mkdir()
    return Workspace(root, max_files=20, max_bytes=5_000, max_file_bytes=2_000)


def code(function, *arguments):
    with pytest.raises(ToolError) as caught:
        function(*arguments)
    return caught.value.code


ESCAPES = ["/etc/passwd", "../secret.txt", "a/../../secret.txt", "..", "~/x", "\\\\host\\x", "C:\\x", "a\\..\\b", "//etc/passwd"]


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_that_lead_outside_are_denied(space, path):
    assert code(space.read, path) == "denied"
    assert code(space.write, path, b"x") == "denied"
    assert code(space.list, path) == "denied"
    assert code(space.delete, path) == "denied"


@pytest.mark.parametrize("path", ["", ".", "a\0b", "a\nb", "\ud800", "x" * 256, "x/" * 17 + "y", "ab/" * 400])
def test_what_is_no_path_is_told(space, path):
    assert code(space.write, path, b"x") == "bad_arguments"
    assert code(space.read, path) == "bad_arguments"


def test_parts():
    assert path_parts("./a//b/") == ("a", "b")
    assert path_parts("..a/b..") == ("..a", "b..")


def test_links_are_not_followed(space, secret):
    os.symlink(secret / "secret.txt", space.root / "link")
    os.symlink(secret / "outside", space.root / "folder")
    os.symlink("/dev/zero", space.root / "zeros")
    os.link(secret / "secret.txt", space.root / "hard")
    for path in ("link", "folder/secret.txt", "zeros", "hard"):
        assert code(space.read, path) in ("denied", "bad_arguments"), path
    for path in ("link", "folder/new.txt", "zeros", "hard"):
        assert code(space.write, path, b"overwritten") in ("denied", "bad_arguments"), path
    assert code(space.move, "link", "copy") == "denied"
    assert code(space.list, "folder") in ("denied", "bad_arguments")
    assert space.list() == []
    assert (secret / "secret.txt").read_text() == "outside"
    assert os.listdir(secret / "outside") == ["secret.txt"]


def test_devices_and_pipes_are_no_files(space):
    os.mkfifo(space.root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(space.root, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{folder}/socket")
        os.close(folder)
        assert code(space.read, "pipe") == "denied"
        assert code(space.read, "socket") == "denied"
        assert code(space.write, "pipe", b"x") == "denied"


def test_a_folder_that_turns_into_a_link_does_not_lead_out(space, secret):
    inner = space.root / "a"
    inner.mkdir()
    (inner / "secret.txt").write_text("inside")
    swap = (
        "import os, sys\n"
        "inner, aside, outside = sys.argv[1:]\n"
        "while True:\n"
        "    os.rename(inner, aside)\n"
        "    os.symlink(outside, inner)\n"
        "    os.unlink(inner)\n"
        "    os.rename(aside, inner)\n"
    )
    paths = [str(inner), str(space.root / "b"), str(secret / "outside")]
    with subprocess.Popen([sys.executable, "-c", swap, *paths]) as swapper:
        seen = set()
        until = time.monotonic() + 20
        while time.monotonic() < until and not {b"inside", "bad_arguments", "not_found"} <= seen:
            for _ in range(200):
                try:
                    seen.add(space.read("a/secret.txt"))
                except ToolError as error:
                    seen.add(error.code)
        swapper.kill()
    assert b"inside" in seen
    assert b"outside" not in seen


def test_bounds_hold(space):
    assert code(space.write, "big", b"x" * 2_001) == "too_large"
    space.write("one", b"x" * 2_000)
    space.write("two", b"x" * 2_000)
    assert code(space.write, "three", b"x" * 1_001) == "too_large"
    space.write("two", b"")
    space.write("three", b"x" * 1_001)
    (space.root / "planted").write_bytes(b"x" * 2_001)
    assert code(space.read, "planted") == "too_large"
    space.delete("planted")
    for n in range(17):
        space.write(f"n{n}", b"")
    assert code(space.write, "n17", b"") == "too_large"
    assert code(space.write, "deep/er", b"") == "too_large"


def test_files_are_written_listed_moved_and_deleted(space):
    space.write("notes/today.txt", b"milk")
    space.write("notes/today.txt", b"bread")
    space.write("b", b"1")
    assert space.list() == [
        {"path": "b", "size": 1, "folder": False},
        {"path": "notes", "size": 0, "folder": True},
    ]
    space.move("notes/today.txt", "old/yesterday.txt")
    assert space.read("old/yesterday.txt") == b"bread"
    assert code(space.move, "old/yesterday.txt", "b") == "bad_arguments"
    assert space.read("b") == b"1"
    assert code(space.read, "notes/today.txt") == "not_found"
    assert code(space.read, "notes") == "denied"
    assert code(space.delete, "old") == "bad_arguments"
    space.delete("old/yesterday.txt")
    space.delete("old")
    assert code(space.delete, "old") == "not_found"


def test_tools_of_an_episode(space):
    tools = {tool.name: tool for tool in cloudpickle.loads(cloudpickle.dumps(workspace_tools(space)))}
    assert tools["write_workspace_file"].call({"path": "a.txt", "text": "é"}) == {"path": "a.txt", "size": 2}
    assert tools["read_workspace_file"].call({"path": "a.txt"}) == {"text": "é", "size": 2}
    tools["move_workspace_file"].call({"path": "a.txt", "target": "b.txt"})
    assert [entry["path"] for entry in tools["list_workspace"].call({})["entries"]] == ["b.txt"]
    tools["delete_workspace_file"].call({"path": "b.txt"})
    space.write("bytes", b"\xff\xfe")
    assert code(tools["read_workspace_file"].call, {"path": "bytes"}) == "bad_arguments"
    assert code(tools["read_workspace_file"].call, {"path": "../secret.txt"}) == "denied"


def test_tools_of_an_episode_are_kept_out_of_the_symbolic_pool(space):
    tools = workspace_tools(space)
    assert all(tool.volatile and not tool.takes for tool in tools)
    assert not any(parameter.among for tool in tools for parameter in tool.parameters.values())
    assert "workspace" not in ToolPool.default().domains
