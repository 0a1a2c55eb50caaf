"""Running untrusted Python code: an isolated interpreter, its limits, and the backends that isolate it."""

from dive.tools.sandbox.episode import Sandbox as Sandbox
from dive.tools.sandbox.episode import available as available
from dive.tools.sandbox.limits import Fault as Fault
from dive.tools.sandbox.limits import Limits as Limits
from dive.tools.sandbox.limits import Result as Result
