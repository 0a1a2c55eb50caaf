"""The example of the README, from synthesis to a data set that `datasets` loads, as it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from dive.fake.process import fake_server

README = Path(__file__).parent.parent / "README.md"
PROGRAMS = {"dive": ["-m", "dive.cli"], "python": []}


def lines() -> list[str]:
    block = re.search(r"<!-- end to end -->\n```bash\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    return block[1].strip().splitlines()


@pytest.mark.slow
def test_the_example_of_the_readme(tmp_path):
    pytest.importorskip("datasets")
    server, export, *commands = lines()
    options = shlex.split(server.removesuffix("&"))
    assert options[:3] == ["dive-fake-llm", "--policy", "symbolic"]
    assert options[-1] in export  # the port
    environment = {**os.environ, "PYTHONPATH": str(README.parent), "HF_HOME": str(tmp_path / "hub"), "HF_DATASETS_OFFLINE": "1"}
    with fake_server(policy="symbolic") as running:
        environment["MODEL"] = f"openai:fake@{running.url}"
        for line in commands:
            program, *words = shlex.split(line)
            command = [
                sys.executable,
                *PROGRAMS[program],
                *(os.path.expandvars(w).replace("$MODEL", environment["MODEL"]) for w in words),
            ]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500, check=False
            )
            assert done.returncode == 0, f"{line}\n{done.stderr[-2000:]}"
            printed = done.stdout
    queries = [line for line in (tmp_path / "runs/model/tasks.jsonl").read_text().splitlines() if printed.strip() in line]
    assert len(printed.split()) > 5
    assert queries, "the row that was loaded asks what a task of the run asks"
