"""The policy `script`: what is said depends on the phase, the turn and the body alone, and costs next to nothing.

Collection makes some calls a turn for some turns and ends with a text; a solution makes one call a turn and ends with a final
answer; whatever asks for a JSON Schema gets a value that follows it. Tools are those of the request, their arguments follow
their schemas.
"""

import json

from dive.fake.asked import Asked
from dive.fake.draws import share
from dive.fake.fill import filled
from dive.fake.phases import Phase
from dive.fake.replies import Spoken
from dive.fake.settings import FakeConfig
from dive.types import Json


class Script:
    """The script is in the settings; nothing is remembered."""

    async def reply(self, asked: Asked, phase: Phase, settings: FakeConfig) -> Spoken:
        """What the script says next."""
        return scripted(asked, phase, settings)

    async def close(self) -> None:
        """Nothing to let go of."""


def scripted(asked: Asked, phase: Phase, settings: FakeConfig) -> Spoken:
    """The next reply of the script."""
    turns, calls = {"collect": (settings.collect_turns, settings.calls), "solve": (settings.solve_turns, 1)}.get(phase, (0, 1))
    if asked.format != "text":
        return Spoken(text=json.dumps(filled(schema_of(asked), asked.key)))
    if asked.may_call and asked.turn < turns:
        return Spoken(calls=tuple(_call(asked, n) for n in range(calls)))
    if phase == "collect":
        return Spoken(text="The tools have given enough for this round.")
    number = 1 + int(share("answer", settings.seed, asked.key, asked.sample) * 100)
    if phase == "judge":
        return Spoken(text='{"correct": true, "reason": "The answers agree."}')
    return Spoken(text=f"The results settle it.\n\nFinal answer: {number}")


def schema_of(asked: Asked) -> Json:
    """The schema that is asked for; an empty object where only JSON is."""
    return asked.schema or {"type": "object"}


def _call(asked: Asked, number: int) -> tuple[str, str]:
    """A call of some tool of the request. Which one, and with what, the conversation decides."""
    tools = asked.tools
    salt = f"{asked.key}/{number}"
    tool = tools[int(share("tool", salt) * len(tools))]
    return tool["name"], json.dumps(filled(tool.get("parameters") or {"type": "object"}, salt))
