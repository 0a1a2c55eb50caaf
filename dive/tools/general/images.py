"""Pictures of the shelf: size, colours, brightness and likeness (Pillow)."""

import io
import math
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.general.shelf import LIBRARIES, SOURCE, shelf_file
from dive.tools.tool import Among, Says, Semantic, tool

MAX_PIXELS = 20_000_000

Image = Annotated[
    str, Semantic("file.image"), Field(description="Picture of the shelf, such as images/china.jpg", min_length=1, max_length=200)
]


class ImageFacts(TypedDict):
    width: Annotated[int, Says("width", unit="pixels", high="greatest", low="smallest")]
    height: Annotated[int, Says("height", unit="pixels", high="greatest", low="smallest")]
    bytes: Annotated[int, Says("file size", unit="bytes", high="largest", low="smallest")]
    channels: Annotated[int, Says("number of colour channels", high="largest", low="smallest")]
    format: Annotated[str, Says("file format")]
    colours: Annotated[int, Says("number of different colours", high="largest", low="smallest")]
    commonest: Annotated[int, Says("number of pixels of the most frequent colour", high="largest", low="smallest")]


class Brightness(TypedDict):
    mean: Annotated[float, Says("mean grey value (0 is black, 255 is white)", digits=1, scale="interval")]
    deviation: Annotated[float, Says("standard deviation of the grey values (0 to 255)", digits=1)]
    entropy: Annotated[float, Says("Shannon entropy of the grey value histogram", unit="bits", digits=2)]
    darkest: Annotated[int, Says("darkest grey value (0 to 255)", high="lightest", low="darkest")]
    commonest: Annotated[int, Says("most frequent grey value (0 to 255; the darker of equals)", scale="ordinal")]


class Darkness(TypedDict):
    pixels: Annotated[int, Says("number of pixels darker than grey value {threshold} in {image}", unit="pixels")]
    share: Annotated[float, Says("share of pixels darker than grey value {threshold} in {image}", unit="%", digits=1)]
    width: Annotated[
        int | None, Says("width of the smallest upright box around all pixels darker than {threshold} in {image}", unit="pixels")
    ]
    height: Annotated[
        int | None, Says("height of the smallest upright box around all pixels darker than {threshold} in {image}", unit="pixels")
    ]


class Likeness(TypedDict):
    hash_distance: Annotated[
        int, Says("number of differing bits (out of 64) between the difference hashes of {image} and {other}", scale="ratio")
    ]
    mean_difference: Annotated[
        float,
        Says("mean absolute difference of the grey values of {image} and {other}, both reduced to 32 by 32 pixels", digits=1),
    ]


def _opened(path: str) -> tuple[Any, bytes]:
    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    content = shelf_file(path, "images", ".png", ".jpg")
    try:
        picture = pillow.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > MAX_PIXELS:
            raise bad_arguments(f"a picture of more than {MAX_PIXELS:,} pixels")
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, pillow.DecompressionBombError) as error:
        raise bad_arguments(f"not a picture: {type(error).__name__}") from None
    return picture, content


def _grey(path: str) -> Any:
    return _opened(path)[0].convert("L")


@tool(
    domain="general", kind="retrieval", provider="pillow", source=SOURCE, about="{image}", requires=(*LIBRARIES, "pillow"),
    examples=({"image": "images/china.jpg"}, {"image": "images/digit-4.png"}),
)  # fmt: skip
def image_facts(image: Image) -> ImageFacts:
    """Width and height in pixels, file size in bytes, colour channels and format of a picture, how many different colours
    it has, and how many pixels of the most frequent one."""
    picture, content = _opened(image)
    colours = picture.getcolors(picture.width * picture.height)
    return {
        "width": picture.width,
        "height": picture.height,
        "bytes": len(content),
        "channels": len(picture.getbands()),
        "format": str(picture.format),
        "colours": len(colours),
        "commonest": max(count for count, _ in colours),
    }


@tool(
    domain="general", kind="retrieval", provider="pillow", source=f"ITU-R BT.601 luma, Shannon entropy; {SOURCE}",
    about="{image}", requires=(*LIBRARIES, "pillow"), examples=({"image": "images/flower.jpg"},),
)  # fmt: skip
def image_brightness(image: Image) -> Brightness:
    """Mean, standard deviation, entropy, darkest and most frequent of a picture's grey values from 0 to 255."""
    counts: list[int] = _grey(image).histogram()
    total = sum(counts)
    mean = sum(value * count for value, count in enumerate(counts)) / total
    variance = sum(count * (value - mean) ** 2 for value, count in enumerate(counts)) / total
    shares = [count / total for count in counts if count]
    return {
        "mean": round(mean, 6),
        "deviation": round(math.sqrt(variance), 6),
        "entropy": round(-sum(share * math.log2(share) for share in shares), 6) + 0.0,
        "darkest": next(value for value, count in enumerate(counts) if count),
        "commonest": counts.index(max(counts)),
    }


@tool(
    domain="general", kind="retrieval", provider="pillow", source=f"ITU-R BT.601 luma; {SOURCE}", about="{image}",
    requires=(*LIBRARIES, "pillow"), examples=({"image": "images/digit-4.png", "threshold": 128},),
)  # fmt: skip
def image_dark_area(
    image: Image,
    threshold: Annotated[int, Among((32, 64, 100, 128, 160, 200)), Field(description="Grey value, exclusive", ge=1, le=255)],
) -> Darkness:
    """How many pixels of a picture are darker than a grey value, their share, and the size of the box around them."""
    dark = _grey(image).point(lambda value: 255 if value < threshold else 0)
    count = dark.histogram()[255]
    box = dark.getbbox()
    return {
        "pixels": count,
        "share": round(100 * count / (dark.width * dark.height), 6),
        "width": box[2] - box[0] if box else None,
        "height": box[3] - box[1] if box else None,
    }


@tool(
    domain="general", kind="retrieval", provider="pillow", source=f"difference hash (Krawetz 2013, dHash), bilinear; {SOURCE}",
    about="the two pictures", requires=(*LIBRARIES, "pillow"),
    examples=({"image": "images/digit-1.png", "other": "images/digit-11.png"},),
)  # fmt: skip
def image_likeness(image: Image, other: Image) -> Likeness:
    """How far two pictures differ: bits of their 64-bit difference hashes, and mean difference of grey values at 32 by 32
    pixels."""
    from PIL import Image as pillow

    def grid(picture: Any, width: int, height: int) -> list[int]:
        return list(picture.resize((width, height), pillow.Resampling.BILINEAR).tobytes())

    one, two = _grey(image), _grey(other)
    hashes = []
    for picture in (one, two):
        cells = grid(picture, 9, 8)
        hashes.append([cells[9 * y + x] < cells[9 * y + x + 1] for y in range(8) for x in range(8)])
    pairs = list(zip(grid(one, 32, 32), grid(two, 32, 32), strict=True))
    return {
        "hash_distance": sum(a != b for a, b in zip(*hashes, strict=True)),
        "mean_difference": round(sum(abs(a - b) for a, b in pairs) / len(pairs), 6),
    }
