"""Semantic types: what a string or a number stands for, and how a person speaks of it.

A parameter or a result field marked `Semantic("chem.smiles")` accepts or yields values of that type. The planner
chains tools by these names alone, so two types are the same exactly when their names are. A type of an *entity* (a
compound, a bank) names the thing, not the code: the noun of `chem.smiles` is "compound". A type of a *quantity* has
`entity=False`. The registry `SEMANTICS` is a plain dict; `semantic_type` adds to it.
"""

from dataclasses import dataclass

from dive.errors import DiveError


@dataclass(frozen=True)
class SemanticType:
    """One semantic type.

    `noun` is what a person calls the thing ("compound"); `literal` how a value is introduced in a sentence, with `{}`
    for the value ("the compound with CAS number {}"); `label` what the value itself is called when it is asked for
    ("CAS number").
    """

    name: str
    noun: str
    literal: str = "{}"
    label: str = ""
    entity: bool = True


SEMANTICS: dict[str, SemanticType] = {}
TIMES = ("time.date", "time.year")
"""Types that many tools take and that say little of what a task is about."""


def semantic_type(name: str, noun: str, literal: str = "{}", label: str = "", entity: bool = True) -> SemanticType:
    """Register a semantic type; the same name with another meaning is refused."""
    made = SemanticType(name, noun, literal, label or noun, entity)
    if SEMANTICS.setdefault(name, made) != made:
        raise DiveError(f"semantic type {name!r} is already registered with another meaning: {SEMANTICS[name]}")
    return made


def _rows(entity: bool, rows: str) -> None:
    for row in rows.strip().splitlines():
        name, noun, literal, label = (cell.strip() for cell in row.split("|"))
        semantic_type(name, noun, literal, label, entity)


# One row a type: name | noun of the thing | how a value is introduced | what the value is called.
# --- biological -------------------------------------------------------------------------------------------------------
_rows(
    True,
    """
chem.name            | compound          | {}                                    | name
chem.cas             | compound          | the compound with CAS number {}       | CAS number
chem.smiles          | compound          | the compound with SMILES {}           | SMILES string
chem.inchikey        | compound          | the compound with InChIKey {}         | InChIKey
chem.formula         | molecular formula | {}                                    | molecular formula
chem.element         | element           | the element with symbol {}            | element symbol
bio.dna              | DNA sequence      | the DNA sequence {}                   | DNA sequence
bio.rna              | RNA sequence      | the RNA sequence {}                   | RNA sequence
bio.protein          | protein sequence  | the protein sequence {}               | protein sequence
bio.enzyme           | restriction enzyme| {}                                    | enzyme name
bio.site             | recognition site  | {}                                    | recognition sequence
bio.organism         | organism          | {}                                    | organism name
bio.genetic_code     | genetic code      | NCBI genetic code {}                  | NCBI genetic code number
bio.residue          | amino acid        | the amino acid with one-letter code {}| one-letter code
bio.amino_acid       | amino acid        | {}                                    | amino acid
bio.codon            | codon             | the codon {}                          | codon
bio.protease         | protease          | {}                                    | protease name
bio.peptide          | peptide           | {}                                    | peptide name
bio.primer           | primer            | the {} primer                         | primer name
bio.supplier         | supplier          | {}                                    | supplier name
chem.nuclide         | nuclide           | {}                                    | nuclide name
chem.element_name    | element           | {}                                    | element name
chem.mixture         | mixture           | {}                                    | mixture name
""",
)
_rows(
    False,
    """
chem.electronegativity | electronegativity | {}                                  | electronegativity
chem.millimoles      | amount of substance | {}                                  | amount of substance
chem.milligrams      | mass              | {}                                    | mass
bio.extinction       | molar extinction coefficient | {}                         | molar extinction coefficient
bio.micromolar       | concentration     | {}                                    | concentration
""",
)
# --- medical ----------------------------------------------------------------------------------------------------------
_rows(
    True,
    """
med.icd10cm          | diagnosis         | ICD-10-CM code {}                     | ICD-10-CM code
med.icd9cm           | diagnosis         | ICD-9-CM code {}                      | ICD-9-CM code
med.hpo              | phenotype         | the phenotype {}                      | HPO identifier
med.omim             | disease           | OMIM entry {}                         | OMIM number
med.orpha            | rare disease      | Orphanet entry {}                     | ORPHA number
bio.gene             | gene              | {}                                    | gene symbol
med.drug             | drug              | {}                                    | drug name
med.phenotype        | phenotype         | {}                                    | phenotype name
med.category         | phenotype category| the HPO category "{}"                 | phenotype category
med.disease          | disease           | {}                                    | disease name
med.rare_disease     | rare disease      | {}                                    | disease name
med.inheritance      | mode of inheritance | {}                                  | mode of inheritance
med.diagnosis        | diagnosis         | {}                                    | ICD-10-CM title
med.icd10_block      | block of ICD-10-CM| the ICD-10-CM block {}                | ICD-10-CM block
med.icd10_chapter    | chapter of ICD-10-CM | chapter {} of ICD-10-CM            | chapter number
med.ccsr             | CCSR category     | the CCSR category {}                  | CCSR category
med.ccs              | CCS category      | the CCS category {}                   | CCS category
med.hcc              | payment category  | V28 payment category {}               | HCC number
med.dicom_name       | DICOM attribute   | the DICOM attribute {}                | attribute name
med.dicom_tag        | DICOM attribute   | the DICOM tag {}                      | DICOM tag
med.dicom_vr         | value representation | the value representation {}        | value representation
med.dicom_uid_name   | DICOM registry entry | {}                                 | name in the DICOM registry
med.dicom_uid        | DICOM registry entry | the DICOM UID {}                   | DICOM UID
""",
)
_rows(
    False,
    """
med.weight           | body weight       | {}                                    | body weight
med.bsa              | body surface area | {}                                    | body surface area
med.bmi              | body mass index   | {}                                    | body mass index
med.energy           | daily energy      | {}                                    | daily energy
med.egfr             | indexed GFR       | {}                                    | estimated GFR
med.gfr              | absolute GFR      | {}                                    | GFR
med.sodium           | serum sodium      | {}                                    | serum sodium
med.anion_gap        | anion gap         | {}                                    | anion gap
med.osmolality       | osmolality        | {}                                    | osmolality
med.glucose          | glucose           | {}                                    | glucose
med.meld             | MELD score        | {}                                    | MELD score
med.map              | mean arterial pressure | {}                               | mean arterial pressure
med.pf_ratio         | P/F ratio         | {}                                    | P/F ratio
med.cardiac_output   | cardiac output    | {}                                    | cardiac output
med.cha2ds2_vasc     | CHA2DS2-VASc score| {}                                    | CHA2DS2-VASc score
med.dose             | dose              | {}                                    | dose
med.clearance        | clearance         | {}                                    | clearance
med.volume           | volume of distribution | {}                               | volume of distribution
med.half_life        | half-life         | {}                                    | half-life
med.percent          | probability       | {}                                    | probability
med.likelihood_ratio | likelihood ratio  | {}                                    | likelihood ratio
""",
)
# --- financial --------------------------------------------------------------------------------------------------------
_rows(
    True,
    """
fin.currency         | currency          | {}                                    | ISO 4217 currency code
fin.bic              | bank              | the bank with BIC {}                  | BIC
fin.iban             | account           | the account with IBAN {}              | IBAN
fin.mic              | stock exchange    | the exchange with market code {}      | market identifier code
fin.cpi_item         | consumer price index item | {}                            | item name
fin.cpi_area         | metropolitan area | {}                                    | area name
""",
)
_rows(
    False,
    """
fin.usd              | amount in US dollars | {}                                 | amount in US dollars
fin.interest         | interest rate     | {}                                    | interest rate
fin.short_rate       | risk-free rate    | {}                                    | continuously compounded rate
fin.discount         | cost of capital   | {}                                    | cost of capital
fin.return           | annual return     | {}                                    | annual return
fin.inflation        | inflation rate    | {}                                    | inflation rate
fin.price            | share price       | {}                                    | share price
fin.bond_price       | clean bond price  | {}                                    | clean price
fin.yield            | yield to maturity | {}                                    | yield to maturity
fin.volatility       | volatility        | {}                                    | volatility
""",
)
# --- academic ---------------------------------------------------------------------------------------------------------
_rows(
    True,
    """
aca.prefix           | identifier registry | the identifier prefix {}            | registry prefix
aca.curie            | identifier        | the identifier {}                     | compact identifier
aca.licence          | licence           | the {} licence                        | SPDX licence identifier
aca.csl_style        | citation style    | the citation style {}                 | citation style identifier
aca.constant         | physical constant | the {}                                | name of the constant
aca.doi              | publication       | the publication with DOI {}           | DOI
aca.dataset          | data set          | the {} data set                       | data set name
aca.registry_name    | identifier registry | {}                                  | registry name
aca.metaregistry     | metaregistry      | the metaregistry {}                   | metaregistry name
aca.collection       | collection of registries | the collection {}              | collection name
aca.keyword          | subject keyword   | the subject keyword {}                | keyword
aca.orcid            | researcher        | ORCID {}                          | ORCID
aca.isbn             | book              | ISBN {}                           | ISBN
aca.issn             | journal           | ISSN {}                           | ISSN
aca.arxiv            | preprint          | the arXiv preprint {}                 | arXiv identifier
aca.identifier       | identifier        | the identifier {}                     | identifier
aca.variable         | variable          | {}                                    | variable name
aca.annual           | yearly series     | the {}                                | name of the series
aca.us_state         | US state          | {}                                    | US state
aca.node             | network member    | {}                                    | name
aca.network          | social network    | the {}                                | network name
aca.graph            | graph             | the {}                                | graph name
aca.star             | star              | {}                                    | star name
aca.constellation    | constellation     | the constellation {}                  | constellation name
aca.planet           | planet            | {}                                    | planet name
aca.macro            | LaTeX command     | the LaTeX command {}                  | LaTeX command
aca.unit             | unit              | the unit {}                           | unit
""",
)
_rows(
    False,
    """
aca.redshift         | redshift          | {}                                    | redshift
aca.megaparsec       | distance          | {}                                    | distance
aca.parsec           | distance          | {}                                    | distance
aca.magnitude        | apparent magnitude | {}                                   | apparent magnitude
aca.distance_modulus | distance modulus  | {}                                    | distance modulus
aca.right_ascension  | right ascension   | {}                                    | right ascension
aca.declination      | declination       | {}                                    | declination
aca.julian_date      | Julian date       | Julian date {}                        | Julian date
aca.wavelength       | wavelength        | {}                                    | wavelength
aca.photon_energy    | photon energy     | {}                                    | photon energy
aca.solar_mass       | mass              | {}                                    | mass
aca.citation_counts  | citation counts   | {}                                    | citation counts
aca.h_index          | h-index           | {}                                    | h-index
aca.effect_size      | effect size       | {}                                    | effect size
aca.p_value          | p-value           | {}                                    | p-value
""",
)
# --- general ----------------------------------------------------------------------------------------------------------
_rows(
    True,
    """
geo.country          | country           | the country with ISO code {}          | two-letter ISO country code
geo.country_name     | country           | {}                                    | country name
geo.city             | city              | {}                                    | city name
geo.iata             | airport           | {} airport                            | IATA airport code
geo.icao             | airport           | the airport with ICAO code {}         | ICAO airport code
geo.timezone         | time zone         | the time zone {}                      | time zone name
lang.code            | language          | the language with code {}             | language code
time.date            | date              | {}                                    | date
web.url              | web address       | {}                                    | URL
lang.name            | language          | {}                                    | language name
geo.subdivision      | region            | the region with ISO 3166-2 code {}    | ISO 3166-2 code
geo.h3               | H3 cell           | the H3 cell {}                        | H3 cell index
file.path            | file              | the file {}                           | file path
file.folder          | folder            | the folder {}                         | folder name
file.table           | CSV file          | the file {}                           | file path
file.text            | text file         | the file {}                           | file path
file.data            | JSON file         | the file {}                           | file path
file.xml             | XML file          | the file {}                           | file path
file.archive         | archive           | the archive {}                        | file path
file.image           | picture           | the picture {}                        | file path
file.sound           | sound file        | the sound file {}                     | file path
file.pdf             | PDF               | the PDF {}                            | file path
file.word            | Word document     | the Word document {}                  | file path
file.workbook        | workbook          | the workbook {}                       | file path
db.table             | table             | the table {}                          | table name
db.column            | column            | the column {}                         | column name
db.category          | column            | the column {}                         | column name
db.database          | database          | the database {}                       | database name
doc.topic            | topic             | "{}"                                  | search words
doc.page             | page              | the reference page of {}                           | page title
""",
)
_rows(
    False,
    """
phys.km              | distance          | {}                                    | distance in kilometres
phys.metre           | height            | {}                                    | height in metres
phys.celsius         | temperature       | {}                                    | temperature in degrees Celsius
phys.hectopascal     | air pressure      | {}                                    | air pressure
geo.population       | population        | {}                                    | population
time.hours           | duration          | {}                                    | duration in hours
""",
)
# --- quantities (numbers that a tool of another provider may take) ----------------------------------------------------
_rows(
    False,
    """
geo.latitude         | latitude          | {}                                    | latitude
geo.longitude        | longitude         | {}                                    | longitude
time.year            | year              | {}                                    | year
chem.molar_mass      | molar mass        | {}                                    | molar mass
phys.kelvin          | temperature       | {}                                    | temperature
fin.rate             | rate              | {}                                    | rate
fin.amount           | amount            | {}                                    | amount
math.number          | number            | {}                                    | number
math.series          | series of numbers | {}                                    | numbers
""",
)
