"""Sound files of the shelf: format, duration, loudness and spectrum (numpy through scipy)."""

import io
import math
import wave
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.general.shelf import LIBRARIES, SOURCE, shelf_file
from dive.tools.tool import Says, Semantic, tool

MAX_SAMPLES = 10_000_000

Sound = Annotated[
    str, Semantic("file.sound"), Field(description="WAV file of the shelf, such as sounds/A4.wav", min_length=1, max_length=200)
]


class SoundFacts(TypedDict):
    duration: Annotated[float, Says("duration", unit="seconds", digits=3, high="longest", low="shortest")]
    rate: Annotated[int, Says("sampling rate", unit="Hz")]
    channels: Annotated[int, Says("number of channels", high="largest", low="smallest")]
    samples: Annotated[int, Says("number of samples in each channel", unit="samples", high="largest", low="smallest")]
    bits: Annotated[int, Says("bits in a sample", unit="bits", ask=False)]
    levels: Annotated[int, Says("number of different sample values", high="largest", low="smallest")]


class Loudness(TypedDict):
    peak: Annotated[float, Says("peak level", unit="dBFS", digits=2, scale="interval")]
    rms: Annotated[float, Says("RMS level (0 dBFS is a sample at full scale)", unit="dBFS", digits=2, scale="interval")]
    crossings: Annotated[int, Says("number of zero crossings in the first channel", high="largest", low="smallest")]


class Spectrum(TypedDict):
    strongest: Annotated[
        float, Says("strongest frequency (Hann window, parabolic interpolation)", unit="Hz", digits=0, scale="ratio")
    ]
    second: Annotated[
        float | None,
        Says("second strongest frequency of {sound}, at least 50 Hz away from the strongest", unit="Hz", digits=0, scale="ratio"),
    ]
    note: Annotated[
        str, Says("note of equal temperament (A4 = 440 Hz, with octave) nearest to the strongest frequency of {sound}")
    ]
    cents: Annotated[float, Says("deviation of the strongest frequency of {sound} from the nearest note", ask=False)]


def _samples(path: str) -> tuple[Any, Any]:
    """The parameters of a WAV file, and its 16-bit samples, one column a channel."""
    import numpy

    try:
        with wave.open(io.BytesIO(shelf_file(path, "sounds", ".wav"))) as sound:
            facts = sound.getparams()
            if facts.sampwidth != 2 or not 0 < facts.nframes * facts.nchannels <= MAX_SAMPLES:
                raise bad_arguments("only sounds of 16 bits and bounded length are read")
            frames = sound.readframes(facts.nframes)
    except (wave.Error, EOFError) as error:
        raise bad_arguments(f"not a WAV file: {error}") from None
    return facts, numpy.frombuffer(frames, dtype="<i2").reshape(-1, facts.nchannels).astype(float)


@tool(
    domain="general", kind="retrieval", provider="shelf", source=SOURCE, about="{sound}", requires=(*LIBRARIES, "scipy"),
    examples=({"sound": "sounds/A4.wav"},),
)  # fmt: skip
def sound_facts(sound: Sound) -> SoundFacts:
    """Duration in seconds, sampling rate in hertz, channels, samples and bits of a WAV file, and how many different values
    its samples take."""
    import numpy

    facts, samples = _samples(sound)
    return {
        "duration": len(samples) / facts.framerate,
        "rate": facts.framerate,
        "channels": facts.nchannels,
        "samples": len(samples),
        "bits": 8 * facts.sampwidth,
        "levels": len(numpy.unique(samples)),
    }


@tool(
    domain="general", kind="retrieval", provider="shelf", source=f"level re full scale, AES17; {SOURCE}", about="{sound}",
    requires=(*LIBRARIES, "scipy"), examples=({"sound": "sounds/key-5.wav"},),
)  # fmt: skip
def sound_level(sound: Sound) -> Loudness:
    """Peak and RMS level of a WAV file in decibels relative to a sample at full scale, and its zero crossings."""
    import numpy

    _, samples = _samples(sound)
    peak = float(numpy.abs(samples).max())
    if peak == 0:
        raise bad_arguments("the sound is silent")
    signs = numpy.sign(samples[:, 0])
    signs = signs[signs != 0]
    return {
        "peak": round(20 * math.log10(peak / 32_768), 6),
        "rms": round(20 * math.log10(float(numpy.sqrt((samples**2).mean())) / 32_768), 6),
        "crossings": int((signs[1:] != signs[:-1]).sum()),
    }


@tool(
    domain="general", kind="retrieval", provider="scipy", source=f"discrete Fourier transform with a Hann window; {SOURCE}",
    about="{sound}", requires=(*LIBRARIES, "scipy"), examples=({"sound": "sounds/A4.wav"}, {"sound": "sounds/key-5.wav"}),
)  # fmt: skip
def sound_spectrum(sound: Sound) -> Spectrum:
    """The two strongest frequencies of a WAV file in hertz, at least 50 Hz apart, and the musical note nearest to the
    strongest."""
    import numpy
    from scipy.fft import rfft

    facts, samples = _samples(sound)
    mono = samples.mean(axis=1)
    size = 1 << max(14, (len(mono) - 1).bit_length())
    levels = numpy.abs(rfft(mono * numpy.hanning(len(mono)), size))
    step = facts.framerate / size
    strongest = _peak(levels, step, [])
    second = _peak(levels, step, [strongest])
    if strongest is None:
        raise bad_arguments("the sound is silent")
    steps = 12 * math.log2(strongest / 440)
    nearest = round(steps)
    names = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
    octave, place = divmod(nearest + 57, 12)
    return {
        "strongest": strongest,
        "second": second,
        "note": f"{names[place]}{octave}" if len(names[place]) == 1 else f"{names[place]} {octave}",
        "cents": round(100 * (steps - nearest), 2),
    }


def _peak(levels: Any, step: float, taken: list[float | None]) -> float | None:
    """The frequency of the highest local maximum, interpolated; only such as reach a tenth of the highest level."""
    inner = levels[1:-1]
    tops = [n + 1 for n in ((inner > levels[:-2]) & (inner >= levels[2:])).nonzero()[0]]
    free = [n for n in tops if n * step >= 20 and all(t is None or abs(n * step - t) >= 50 for t in taken)]
    best = max(free, key=lambda n: levels[n], default=None)
    if best is None or levels[best] < 0.1 * levels.max() or levels[best] == 0:
        return None
    left, top, right = (float(levels[n]) for n in (best - 1, best, best + 1))
    shift = 0.5 * (left - right) / (left - 2 * top + right)
    return round((best + shift) * step, 2)
