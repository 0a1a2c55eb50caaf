"""DNA and RNA sequences by Biopython: composition, complement, transcription, translation, melting, frames,
digestion.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import Dna, GeneticCode
from dive.tools.biological.restriction import Enzyme, enzyme_of
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "Biopython (Bio.Seq, Bio.SeqUtils); https://biopython.org/"
COMMON_CUTTERS = (
    "ApaI", "BamHI", "BglII", "ClaI", "EcoRI", "EcoRV", "HindIII", "KpnI", "NcoI", "NdeI", "NheI", "PstI", "PvuII",
    "SacI", "SalI", "ScaI", "SmaI", "SpeI", "SphI", "XbaI", "XhoI",
)  # fmt: skip


class Composition(TypedDict):
    length: Annotated[int, Says("length", unit="bases", high="longest", low="shortest")]
    gc: Annotated[float, Says("GC content", unit="%", digits=1)]
    weight: Annotated[
        float, Semantic("chem.molar_mass"), Says("molecular weight of {dna} as a single strand", unit="g/mol", digits=1)
    ]
    purines: Annotated[int, Says("number of purine bases")]
    skew: Annotated[float | None, Says("GC skew", digits=3)]


class Strand(TypedDict):
    dna: Annotated[str, Semantic("bio.dna"), Says("reverse complement")]


class Transcript(TypedDict):
    rna: Annotated[str, Semantic("bio.rna"), Says("mRNA transcribed from {dna} as the coding strand")]


class Translation(TypedDict):
    protein: Annotated[
        str,
        Semantic("bio.protein"),
        Says("protein that {dna} encodes from its first base to the first stop codon in {code}"),
    ]
    length: Annotated[int, Says("number of amino acids that {dna} encodes from its first base to the first stop codon in {code}")]


class RnaTranslation(TypedDict):
    protein: Annotated[
        str,
        Semantic("bio.protein"),
        Says("protein that {rna} encodes from its first base to the first stop codon in the standard code"),
    ]
    start: Annotated[int | None, Says("position of the first AUG in {rna}")]


class Melting(TypedDict):
    nearest_neighbour: Annotated[
        float, Says("melting temperature (nearest neighbour, Allawi and SantaLucia 1997)", unit="°C", digits=1)
    ]


class QuickMelting(TypedDict):
    wallace: Annotated[float, Says("melting temperature by the Wallace rule", unit="°C", digits=0)]


class Frame(TypedDict):
    start: Annotated[int, Says("start position", names=True, high="latest", low="earliest")]
    frame: Annotated[int, Says("reading frame", ask=False)]
    codons: Annotated[int, Says("number of codons without the stop", high="largest", low="smallest")]
    protein: Annotated[str, Semantic("bio.protein"), Says("protein", ask=False)]


class Frames(TypedDict):
    frames: Annotated[
        list[Frame],
        Says(
            "open reading frame from ATG to stop on the written strand of {dna}",
            plural="open reading frames from ATG to stop on the written strand of {dna}",
        ),
    ]
    longest: Annotated[
        str, Semantic("bio.protein"), Says("protein of the longest open reading frame on the written strand of {dna}")
    ]


class Piece(TypedDict):
    sequence: Annotated[str, Semantic("bio.dna"), Says("top strand", names=True)]
    length: Annotated[int, Says("length", unit="bases", high="longest", low="shortest")]


class Digest(TypedDict):
    cuts: Annotated[int, Says("number of cuts that {enzyme} makes in {dna} as a linear molecule")]
    fragments: Annotated[
        list[Piece],
        Says(
            "fragment left when {enzyme} digests {dna} as a linear molecule",
            plural="fragments left when {enzyme} digests {dna} as a linear molecule",
        ),
    ]


class Cutter(TypedDict):
    enzyme: Annotated[str, Semantic("bio.enzyme"), Says("name", names=True)]
    cuts: Annotated[int, Says("number of cuts")]
    first: Annotated[int, Says("position of the first base after its first cut", high="latest", low="earliest")]


class Cutters(TypedDict):
    cutters: Annotated[
        list[Cutter], Says("common six-base cutter that cuts {dna}", plural="common six-base cutters that cut {dna}")
    ]


def sequence(dna: str) -> Any:
    """The Biopython sequence of a DNA string, in capitals."""
    from Bio.Seq import Seq

    return Seq(dna.upper())


def translated(dna: str, code: str) -> str:
    """The protein from the first base to the first stop codon, whole codons only."""
    from Bio.Data.CodonTable import unambiguous_dna_by_id

    if int(code) not in unambiguous_dna_by_id:
        raise not_found("genetic code", code)
    found = unambiguous_dna_by_id[int(code)]
    if set(found.stop_codons) & set(found.forward_table):
        raise bad_arguments(f"genetic code {code} has codons that are both stop and amino acid; context decides")
    whole = dna[: len(dna) // 3 * 3]
    protein = str(sequence(whole).translate(table=int(code), to_stop=True))
    if not protein:
        raise bad_arguments("the sequence begins with a stop codon or holds no whole codon")
    return protein


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{dna}",
    requires=("biopython",), examples=({"dna": "ATGGATTACAAGGATGACGACGATAAGTAG"},),
)  # fmt: skip
def dna_composition(dna: Dna) -> Composition:
    """Length, GC content, GC skew, purine count and single-strand molecular weight (5'-phosphate) of a DNA sequence."""
    from Bio.SeqUtils import gc_fraction, molecular_weight

    text = dna.upper()
    g, c = text.count("G"), text.count("C")
    return {
        "length": len(text), "gc": 100 * gc_fraction(text), "weight": molecular_weight(text, "DNA"),
        "purines": g + text.count("A"), "skew": (g - c) / (g + c) if g + c else None,
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{dna}",
    requires=("biopython",), examples=({"dna": "GTAAAACGACGGCCAGT"},),
)  # fmt: skip
def reverse_complement(dna: Dna) -> Strand:
    """The reverse complement of a DNA sequence."""
    return {"dna": str(sequence(dna).reverse_complement())}


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{dna}",
    requires=("biopython",), examples=({"dna": "ATGGATTACAAGGATGACGACGATAAGTAG"},),
)  # fmt: skip
def transcribe(dna: Dna) -> Transcript:
    """The mRNA with the sequence of a coding DNA strand."""
    return {"rna": str(sequence(dna).transcribe())}


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE + "; NCBI genetic codes", about="{dna}",
    requires=("biopython",), examples=({"dna": "ATGGATTACAAGGATGACGACGATAAGTAG", "code": "1"},),
)  # fmt: skip
def translate_dna(dna: Dna, code: GeneticCode) -> Translation:
    """The protein that a DNA sequence encodes from its first base to the first stop codon, in an NCBI genetic code."""
    protein = translated(dna, code)
    return {"protein": protein, "length": len(protein)}


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{rna}",
    requires=("biopython",), examples=({"rna": "AUGGAUUACAAGGAUGACGACGAUAAGUAG"},),
)  # fmt: skip
def translate_rna(
    rna: Annotated[
        str, Semantic("bio.rna"), Among(("AUGGCCAUUGUAAUGGGCCGCUGA", "AUGUUUAAAGGGCCCUAA", "GGAUCCAUGAAACUGGCUUAG")),
        Field(description="RNA sequence in A, C, G and U", min_length=3, max_length=400, pattern="^[ACGUacgu]+$"),
    ],
) -> RnaTranslation:  # fmt: skip
    """The protein that an RNA encodes from its first base to the first stop codon in the standard genetic code."""
    dna = rna.upper().replace("U", "T")
    start = dna.find("ATG")
    return {"protein": translated(dna, "1"), "start": start + 1 if start >= 0 else None}


@tool(
    domain="biological", kind="processing", provider="biopython", about="{dna}",
    given="at {sodium} sodium and 250 nM oligonucleotide in excess of its target",
    source="Allawi & SantaLucia 1997, doi:10.1021/bi962590c; salt: SantaLucia 1998, doi:10.1073/pnas.95.4.1460; Biopython",
    requires=("biopython",), examples=({"dna": "GTAAAACGACGGCCAGT", "sodium": 50.0},),
)  # fmt: skip
def melting_temperature(
    dna: Dna,
    sodium: Annotated[
        float, Says("concentration", unit="mM"), Among((20, 50, 75, 100, 150)),
        Field(description="Sodium concentration in mmol/L", ge=5, le=1000),
    ],
) -> Melting:  # fmt: skip
    """The nearest-neighbour melting temperature of a DNA oligonucleotide with its complement, at 250 nM strand
    concentration.
    """
    from Bio.SeqUtils.MeltingTemp import Tm_NN

    if not 8 <= len(dna) <= 70:
        raise bad_arguments(f"nearest-neighbour melting holds for oligonucleotides of 8 to 70 bases, not {len(dna)}")
    return {"nearest_neighbour": float(Tm_NN(dna.upper(), dnac1=250, dnac2=0, Na=sodium, saltcorr=5))}


@tool(
    domain="biological", kind="processing", provider="biopython",
    source="Wallace 1979, doi:10.1093/nar/6.11.3543: 4(G+C) + 2(A+T)",
    about="{dna}", requires=("biopython",), examples=({"dna": "GTAAAACGACGGCCAGT"},),
)  # fmt: skip
def wallace_melting(dna: Dna) -> QuickMelting:
    """The melting temperature of a short oligonucleotide by the Wallace rule, 2 °C for A and T, 4 °C for G and C."""
    from Bio.SeqUtils.MeltingTemp import Tm_Wallace

    if len(dna) > 30:
        raise bad_arguments(f"the Wallace rule holds for oligonucleotides of up to 30 bases, not {len(dna)}")
    return {"wallace": float(Tm_Wallace(dna.upper()))}


@tool(
    domain="biological", kind="processing", provider="biopython",
    source="own search; translation by Biopython, standard genetic code",
    about="{dna}", requires=("biopython",), examples=({"dna": "CCATGGCGAAATAACATGTAGG"},),
)  # fmt: skip
def open_reading_frames(dna: Dna) -> Frames:
    """The open reading frames of a DNA sequence from ATG to the next stop in frame, in the three forward frames, by
    position.

    Of several ATG before one stop, the first counts. The standard genetic code holds.

    """
    found: list[Frame] = []
    stops: set[int] = set()
    for match in re.finditer(r"(?=(ATG(?:...)*?)(?:TAA|TAG|TGA))", dna.upper()):
        stop = match.start() + len(match[1])
        if stop in stops:
            continue
        stops.add(stop)
        protein = translated(match[1], "1")
        found.append({"start": match.start() + 1, "frame": match.start() % 3 + 1, "codons": len(protein), "protein": protein})
    if not found:
        raise not_found("open reading frame", dna)
    longest = max(found, key=lambda frame: (frame["codons"], -frame["start"]))
    return {"frames": found[:40], "longest": longest["protein"]}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE + "; REBASE", about="{dna}",
    requires=("biopython",), examples=({"dna": "ATGGCGAAAGAATTCCTGGGATCCACCTAAGCTTGCTAA", "enzyme": "BamHI"},),
)  # fmt: skip
def restriction_digest(dna: Dna, enzyme: Enzyme) -> Digest:
    """The fragments (top strand, in order) of a linear DNA sequence after complete digestion with a restriction
    enzyme.
    """
    found = enzyme_of(enzyme)
    if found.is_unknown():
        raise not_found("cut position of", enzyme)
    pieces = [str(piece) for piece in found.catalyse(sequence(dna), linear=True)] or [dna.upper()]
    if len(pieces) > 40:
        raise bad_arguments(f"{enzyme} cuts this sequence into more than 40 fragments")
    fragments: list[Piece] = [{"sequence": piece, "length": len(piece)} for piece in pieces]
    return {"cuts": len(found.search(sequence(dna), linear=True)), "fragments": fragments}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE + "; REBASE", about="{dna}",
    requires=("biopython",), examples=({"dna": "ATGGCGAAAGAATTCCTGGGATCCACCTAAGCTTGCTAA"},),
)  # fmt: skip
def common_cutters(dna: Dna) -> Cutters:
    """Which of 21 common six-base cutters cut a linear DNA sequence, with the number of cuts, by name.

    They are ApaI, BamHI, BglII, ClaI, EcoRI, EcoRV, HindIII, KpnI, NcoI, NdeI, NheI, PstI, PvuII, SacI, SalI, ScaI,
    SmaI, SpeI, SphI, XbaI and XhoI.
    """
    hits = {name: enzyme_of(name).search(sequence(dna), linear=True) for name in COMMON_CUTTERS}
    cutters: list[Cutter] = [{"enzyme": name, "cuts": len(at), "first": min(at)} for name, at in hits.items() if at]
    if not cutters:
        raise not_found("common six-base cutter that cuts", dna)
    return {"cutters": cutters}


Strandedness = Literal["single-stranded", "double-stranded"]


class Picomoles(TypedDict):
    picomoles: Annotated[
        float, Says("amount of substance in {nanograms} of {strands} DNA of {length} (330 g/mol per base)", unit="pmol", digits=3)
    ]


@tool(
    domain="biological", kind="processing", provider="own",
    source="average masses of 330 g/mol a nucleotide and 660 g/mol a base pair",
    about="{nanograms} of {strands} DNA of {length}",
    examples=({"nanograms": 100.0, "length": 3000, "strands": "double-stranded"},),
)  # fmt: skip
def dna_picomoles(
    nanograms: Annotated[
        float, Says("mass", unit="ng"), Among((10, 25, 50, 100, 250, 500, 1000)), Field(description="Mass in ng", gt=0, le=1e9)
    ],
    length: Annotated[
        int,
        Says("length", unit="bases"),
        Among((20, 500, 1000, 2686, 3000, 5000)),
        Field(description="Length in bases", ge=1, le=10**9),
    ],
    strands: Strandedness,
) -> Picomoles:
    """How many picomoles of DNA a mass holds, from the average mass of a nucleotide or base pair."""
    per_base = 660 if strands == "double-stranded" else 330
    return {"picomoles": nanograms * 1000 / (length * per_base)}
