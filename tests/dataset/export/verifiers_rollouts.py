"""Rollouts in verifiers, run by another interpreter: the port of the policy, then `v0` or `v1` for the package `wine_tasks`, or
`gym` with a file of rows and the port of a resources server. Prints the rewards."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

CONFIG = """\
model = "m"
push = false
num_rollouts = 1
output_dir = "out/v1"
[client]
base_url = "http://127.0.0.1:{port}/v1"
api_key_var = "K"
{taskset}
[env.agent.harness]
id = "null"
[env.agent.runtime]
type = "subprocess"
"""


def v0(port):
    import verifiers as vf
    from verifiers.types import ClientConfig

    environment = vf.load_environment("wine_tasks")
    client = ClientConfig(api_base_url=f"http://127.0.0.1:{port}/v1", api_key_var="K", client_type="openai_chat_completions")
    done = asyncio.run(environment.evaluate(client=client, model="m", num_examples=4, rollouts_per_example=1))
    return [output["reward"] for output in done["outputs"]]


def v1(port):
    return evaluated(port, '[env.taskset]\nid = "wine_tasks"')


def gym(port, rows, server):
    taskset = (
        f'[env.taskset]\nid = "nemo-gym"\ndataset = "{rows}"\n[env.taskset.task]\nresources_url = "http://127.0.0.1:{server}"'
    )
    return evaluated(port, taskset)


def evaluated(port, taskset):
    Path("eval.toml").write_text(CONFIG.format(port=port, taskset=taskset))
    program = Path(sys.executable).with_name("vf-eval")
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    done = subprocess.run(
        [program, "@", "eval.toml"], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    episodes = [json.loads(line) for file in Path("out/v1").rglob("traces.jsonl") for line in file.read_text().splitlines()]
    if done.returncode or not episodes:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return [sum(r["score"] * r["weight"] for r in trace["rewards"].values()) for one in episodes for trace in one["traces"]]


if __name__ == "__main__":
    policy, way, *rest = sys.argv[1:]
    print(json.dumps({"v0": v0, "v1": v1, "gym": gym}[way](policy, *rest)))
