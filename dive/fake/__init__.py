"""A fake language model that is a real server: the chat completions API on loopback, deterministic, with faults on demand.

It stands in for a model in tests, benchmarks and examples: `script` answers by a fixed script as fast as it can, `symbolic`
puts the symbolic policy behind the wire, so that the pipeline for language models makes real, proven tasks without one. What
it was asked and what became of it is in its log. It is no model: it reads the prompts of DIVE, not language.
"""

from dive.fake.process import FakeServer, fake_server
from dive.fake.settings import FakeConfig

__all__ = ["FakeConfig", "FakeServer", "fake_server"]
