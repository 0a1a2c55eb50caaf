"""Named sequences: human peptide hormones and other well-known peptides, and universal primers; a small table of our
own.

People say "glucagon" or "the M13 forward primer", not their letters. Peptides are the mature chains without
modifications, in one-letter codes. The table was typed, and most entries were compared with copies in public
repositories; it was not downloaded from UniProt or Addgene, which are named only as where an entry can be looked up.
"""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.tool import Says, Semantic, tool

PEPTIDES = {
    "adrenocorticotropic hormone 1-24": "SYSMEHFRWGKPVGKKRRPVKVYP", "alpha-melanocyte-stimulating hormone": "SYSMEHFRWGKPV",
    "amylin": "KCNTATCATQRLANFLVHSSNNFGAILSSTNVGSNTY", "amyloid beta 1-42": "DAEFRHDSGYEVHHQKLVFFAEDVGSNKGAIIGLMVGGVVIA",
    "angiotensin I": "DRVYIHPFHL", "angiotensin II": "DRVYIHPF", "atrial natriuretic peptide": "SLRRSSCFGGRMDRIGAQSGLGCNSFRY",
    "beta-endorphin": "YGGFMTSEKSQTPLVTLFKNAIIKNAYKKGE", "bombesin": "QQRLGNQWAVGHLM", "bradykinin": "RPPGFSPFR",
    "brain natriuretic peptide": "SPKMVQGSGCFGRKMDRISSSSGLGCKVLRRH", "calcitonin": "CGNLSTCMLGTYTQDFNKFHTFPQTAIGVGAP",
    "corticotropin-releasing hormone": "SEEPPISLDLTFHLLREVLEMARAEQLAQQAHSNRKLMEII", "dynorphin A": "YGGFLRRIRPKLKWDNQ",
    "endothelin-1": "CSCSSLMDKECVYFCHLDIIW", "exenatide": "HGEGTFTSDLSKQMEEEAVRLFIEWLKNGGPSSGAPPPS",
    "galanin": "GWTLNSAGYLLGPHAVGNHRSFSDKNGLTS", "gastric inhibitory polypeptide": "YAEGTFISDYSIAMDKIHQQDFVNWLLAQKGKKNDWKHNITQ",
    "gastrin-17": "QGPWLEEEEEAYGWMDF", "ghrelin": "GSSFLSPEHQRVQQRKESKKPPAKLQPR", "glucagon": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT",
    "glucagon-like peptide 1 (7-37)": "HAEGTFTSDVSSYLEGQAAKEFIAWLVKGRG",
    "glucagon-like peptide 2": "HADGSFSDEMNTILDNLAARDFINWLIQTKITD",
    "growth-hormone-releasing hormone": "YADAIFTNSYRKVLGQLSARKLLQDIMSRQQGESNQERGARARL",
    "hepcidin-25": "DTHFPICIFCCGCCHRSKCGMCCKT", "human neutrophil defensin 1": "ACYCRIPACIAGERRYGTCIYQGRLWAFCC",
    "indolicidin": "ILPWKWPWWPWRR", "the insulin A chain": "GIVEQCCTSICSLYQLENYCN",
    "the insulin B chain": "FVNQHLCGSHLVEALYLVCGERGFFYTPKT",
    "leu-enkephalin": "YGGFL", "LL-37": "LLGDFFRKSKEKIGKEFKRIVQRIKDFLRNLVPRTES", "magainin 2": "GIGKFLHSAKKFGKAFVGEIMNS",
    "melittin": "GIGAVLKVLTTGLPALISWIKRKRQQ", "met-enkephalin": "YGGFM", "motilin": "FVPIFTYGELQRMQEKERNKGQ",
    "neuropeptide Y": "YPSKPDNPGEDAPAEDMARYYSALRHYINLITRQRY", "neurotensin": "QLYENKPRRPYIL", "nociceptin": "FGGFTGARKSARKLANQ",
    "oxytocin": "CYIQNCPLG", "salmon calcitonin": "CSNLSTCVLGKLSQELHKLQTYPRTNTGSGTP", "secretin": "HSDGTFTSELSRLREGARLQRLLQGLV",
    "somatostatin-14": "AGCKNFFWKTFTSC", "substance P": "RPKPQQFFGLM", "teriparatide": "SVSEIQLMHNLGKHLNSMERVEWLRKKLQDVHNF",
    "thymosin beta-4": "SDKPDMAEIEKFDKSKLKKTETQEKNPLPSKETIEQEKQAGES",
    "vasoactive intestinal peptide": "HSDAVFTDNYTRLRKQMAVKKYLNSILN",
    "vasopressin": "CYFQNCPRG",
}  # fmt: skip
PRIMERS = {
    "5' AOX1": "GACTGGTTCCAATTGACAAGC", "5' pGEX": "GGGCTGGCAAGCCACGTTTGGTG", "3' pGEX": "CCGGGAGCTGCATGTGTCAGAGG",
    "BGH reverse": "TAGAAGGCACAGTCGAGG", "CMV forward": "CGCAAATGGGCGGTAGGCGTG", "EGFP-C": "CATGGTCCTGCTGGAGTTCGTG",
    "EGFP-N": "CGTCGCCGTCCAGCTCGACCAG", "HCO2198": "TAAACTTCAGGGTGACCAAAAAATCA", "ITS1": "TCCGTAGGTGAACCTGCGG",
    "ITS4": "TCCTCCGCTTATTGATATGC", "ITS5": "GGAAGTAAAAGTCGTAACAAGG", "LCO1490": "GGTCAACAAATCATAAAGATATTGG",
    "M13 forward (-20)": "GTAAAACGACGGCCAGT", "M13 reverse": "CAGGAAACAGCTATGAC", "SP6": "ATTTAGGTGACACTATAG",
    "T3": "ATTAACCCTCACTAAAGGGA", "T7": "TAATACGACTCACTATAGGG", "T7 terminator": "GCTAGTTATTGCTCAGCGG",
}  # fmt: skip


class PeptideSequence(TypedDict):
    sequence: Annotated[str, Semantic("bio.protein"), Says("amino acid sequence", same_as="peptide")]
    length: Annotated[int, Says("number of residues", ask=False)]


class PrimerSequence(TypedDict):
    sequence: Annotated[str, Semantic("bio.dna"), Says("sequence", same_as="primer")]
    length: Annotated[int, Says("length", unit="bases", ask=False)]


def _look_up(kind: str, table: dict[str, str], name: str) -> str:
    wanted = name.strip().lower().removeprefix("the ")
    found = next((text for known, text in table.items() if known.lower().removeprefix("the ") == wanted), None)
    if found is None:
        raise not_found(kind, name)
    return found


@tool(
    domain="biological", kind="retrieval", provider="own",
    source="own table; look up at https://www.uniprot.org/",
    about="{peptide}", examples=({"peptide": "glucagon"}, {"peptide": "oxytocin"}),
)  # fmt: skip
def peptide_sequence(
    peptide: Annotated[
        str, Semantic("bio.peptide"), Field(description="Peptide hormone or other known peptide", min_length=3, max_length=60)
    ],
) -> PeptideSequence:
    """The amino acid sequence of a well-known peptide, without modifications."""
    found = _look_up("peptide", PEPTIDES, peptide)
    return {"sequence": found, "length": len(found)}


@tool(
    domain="biological", kind="retrieval", provider="own",
    source="own table; look up at https://www.addgene.org/mol-bio-reference/sequencing-primers/",
    about="{primer}", examples=({"primer": "M13 reverse"}, {"primer": "T7"}),
)  # fmt: skip
def primer_sequence(
    primer: Annotated[
        str, Semantic("bio.primer"), Field(description="Universal primer, such as T7", min_length=2, max_length=40)
    ],
) -> PrimerSequence:
    """The sequence of a universal sequencing or barcoding primer."""
    found = _look_up("primer", PRIMERS, primer)
    return {"sequence": found, "length": len(found)}
