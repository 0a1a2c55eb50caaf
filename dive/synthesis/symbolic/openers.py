"""Openers: the sentence before a question that says why somebody asks, by manner and domain."""

import random

SUBJECTS = {"file": "files", "db": "database", "doc": "manual"}
"""What a question is about, by the first part of its seed's semantic type, where that says more than the domain."""
REQUESTS: dict[str, tuple[str, ...]] = {
    "general": (
        "I am putting together a travel briefing and need one detail.", "This is for a fact box I am editing.",
        "I am checking an entry in our gazetteer.", "Please help me with a detail for a school atlas.",
        "I am cleaning a reference table and want to verify a value.", "A colleague planning a trip asked me this.",
    ),
    "files": (
        "I am sorting out a shared folder.", "This is for a check of our file inventory.", "I am testing a backup.",
        "Please help me check a value before I archive this.",
    ),
    "database": (
        "I am writing a data dictionary.", "This is for a dashboard that I am checking.", "I am reviewing an analyst's notebook.",
        "Please help me check a figure before the report goes out.",
    ),
    "manual": (
        "I am preparing a tour of the reference manual.", "This is for a review of our documentation.",
        "I am writing an index for the manual.", "Please help me check an entry of a reading list.",
    ),
    "academic": (
        "I am writing the methods section of a paper.", "This is for a problem set I am grading.",
        "I am curating metadata for our repository.", "Please help me check a number for my thesis.",
        "I am preparing slides for a graduate seminar.", "Our library is updating its catalogue guidelines.",
    ),
    "biological": (
        "I am filling in a reagent data sheet.", "This is for a lab notebook entry.", "I am planning a cloning experiment.",
        "Please help me check a value for a safety form.", "I am preparing a handout for the practical course.",
        "We are comparing candidates before ordering.",
    ),
    "financial": (
        "I am reconciling a treasury report.", "This is for a client memo due this afternoon.",
        "I am reviewing the assumptions in a spreadsheet.", "Please help me check a figure for the audit file.",
        "I am preparing a note for the investment committee.", "Our payments team needs this for a settlement query.",
    ),
    "medical": (
        "I am preparing notes for a clinical case conference.", "This is for a coding audit.",
        "I am checking an entry in a patient registry.", "Please help me verify a value for a teaching handout.",
        "I am reviewing a chart before the ward round.", "Our genetics clinic is preparing a summary.",
    ),
}  # fmt: skip
SCENARIOS: dict[str, tuple[str, ...]] = {
    "general": (
        "An editor wants every number in an article traced to a source before it goes to print.",
        "Two colleagues disagree about this, and the answer settles which figure goes into the brochure.",
        "The itinerary can only be confirmed once this is known.",
    ),
    "files": (
        "The folder can only be handed over once this is known.", "Two copies of the inventory disagree about this.",
    ),
    "database": (
        "Two analysts disagree about this, and the answer settles which notebook is right.",
        "The table can only be published once this is known.",
    ),
    "manual": (
        "The style guide can only be agreed once this is known.", "Two editors of the manual disagree about this.",
    ),
    "academic": (
        "A reviewer has asked for this to be stated explicitly before the manuscript is accepted.",
        "Two students arrived at different results, and one of them has to be corrected.",
        "The data management plan cannot be signed off until this is settled.",
    ),
    "biological": (
        "The protocol goes to the bench tomorrow and one entry is still open.",
        "Two suppliers' sheets disagree, so the value has to be established independently.",
        "Before the order is placed, the group wants this confirmed.",
    ),
    "financial": (
        "The figure decides which line of the report has to be restated.",
        "A counterparty disputes our number, so it has to be worked out again from the source.",
        "The desk can only book the trade once this is settled.",
    ),
    "medical": (
        "The multidisciplinary team wants this clarified before the next appointment.",
        "A claim was returned, and the record has to be corrected with the right entry.",
        "The study protocol leaves one item open that has to be filled in today.",
    ),
}  # fmt: skip
ANY_REQUEST = ("I am checking an entry in a report.", "Please help me verify a value.", "A colleague asked me this.")
ANY_SCENARIO = (
    "Two sources disagree, so the value has to be established independently.",
    "The report can only be closed once this is settled.",
)
TABLES = (
    "I need this for a small table.", "Please fill in the missing column.", "One short table is all I need.",
    "This goes into a comparison table.",
)  # fmt: skip
CONSTRAINTS = ("Please work from the reference data and keep to the conditions given.", "Only what meets every condition counts.")
FOLLOW_UPS = ("Let us go step by step.", "This builds up in steps.", "One thing leads to the next here.")


def subject(semantic: str, domain: str) -> str:
    """What a question about an entity of a semantic type is about: a key of `REQUESTS`."""
    return SUBJECTS.get(semantic.partition(".")[0], domain)


def opener(manner: str, about: str, shape: str, rng: random.Random) -> str:
    """The opening sentence for a manner of speaking, or nothing for a terse question."""
    if manner == "request":
        return rng.choice(REQUESTS.get(about, ANY_REQUEST))
    if manner == "scenario":
        return rng.choice(SCENARIOS.get(about, ANY_SCENARIO))
    if manner == "table" and shape in ("table", "lookup"):
        return rng.choice(TABLES)
    if manner == "constraints" and shape in ("constraints", "filter"):
        return rng.choice(CONSTRAINTS)
    if manner == "follow_up" and shape in ("chain", "superlative", "join", "conditional"):
        return rng.choice(FOLLOW_UPS)
    return ""
