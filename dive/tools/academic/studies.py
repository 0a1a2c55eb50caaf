"""Classic data sets of statistics: variables, summaries, group means and correlations, from scikit-learn and
statsmodels.

A variable has one name that says which data it belongs to ("petal length (cm) in the iris data"), so that it needs no
second
argument. Rows with missing values are left out per variable. Coded survey answers are not offered as numbers.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "scikit-learn toy data sets (UCI; Efron et al. 2004) and statsmodels data sets (public domain)"
LABELS: dict[str, dict[str, str]] = {
    "wine": {
        "alcohol": "alcohol content (%)", "malic_acid": "malic acid (g/L)", "ash": "ash (g/L)",
        "alcalinity_of_ash": "alcalinity of ash", "magnesium": "magnesium (mg/L)", "total_phenols": "total phenols",
        "flavanoids": "flavanoids", "nonflavanoid_phenols": "nonflavanoid phenols",
        "proanthocyanins": "proanthocyanins",
        "color_intensity": "colour intensity", "hue": "hue", "proline": "proline (mg/L)",
        "od280/od315_of_diluted_wines": "OD280/OD315 of diluted wine",
    },
    "diabetes": {
        "age": "age (years)", "bmi": "body mass index (kg/m²)", "bp": "mean blood pressure (mmHg)",
        "s1": "total serum cholesterol (mg/dL)", "s2": "LDL cholesterol (mg/dL)", "s3": "HDL cholesterol (mg/dL)",
        "s4": "ratio of total to HDL cholesterol", "s6": "blood sugar (mg/dL)", "target": "disease progression score",
    },
    "Longley employment": {
        "TOTEMP": "total employment (thousands)", "GNPDEFL": "GNP deflator",
        "GNP": "gross national product (million dollars)",
        "UNEMP": "number of unemployed (thousands)", "ARMED": "size of the armed forces (thousands)",
        "POP": "population (thousands)",
    },
    "stack loss": {
        "STACKLOSS": "ammonia loss (per mille)", "AIRFLOW": "air flow", "WATERTEMP": "cooling water temperature",
        "ACIDCONC": "acid concentration index",
    },
    "Engel food expenditure": {"income": "household income (Belgian francs)",
    "foodexp": "food expenditure (Belgian francs)"},
    "Nile flow": {"volume": "annual flow (10⁸ m³)"},
    "sunspot": {"SUNACTIVITY": "yearly sunspot number"},
    "US strike": {"duration": "strike duration (days)", "iprod": "unanticipated industrial production"},
    "US state crime": {
        "violent": "violent crime rate (per 100,000)", "murder": "murder rate (per 100,000)",
        "poverty": "poverty rate (%)",
        "hs_grad": "high school graduation rate (%)", "single": "share of single-parent households (%)",
        "urban": "urban population share (%)",
    },
    "Grunfeld investment": {
        "invest": "gross investment (million 1947 dollars)", "value": "market value (million 1947 dollars)",
        "capital": "capital stock (million 1947 dollars)",
    },
    "US macroeconomic": {
        "realgdp": "quarterly real GDP (billion 2005 dollars)", "realcons": "real consumption (billion 2005 dollars)",
        "realinv": "real private investment (billion 2005 dollars)", "cpi": "consumer price index (1982-84 = 100)",
        "m1": "M1 money stock (billion dollars)", "tbilrate": "three-month treasury bill rate (%)",
        "unemp": "unemployment rate (%)", "pop": "population (millions)", "infl": "inflation rate (%)",
    },
    "travel mode choice": {
        "ttme": "terminal waiting time (minutes)", "invc": "in-vehicle cost (dollars)",
        "invt": "travel time in vehicle (minutes)",
    },
}  # fmt: skip
MODULES = {
    "Longley employment": "longley", "stack loss": "stackloss", "Engel food expenditure": "engel", "Nile flow": "nile",
    "sunspot": "sunspots", "US strike": "strikes", "US state crime": "statecrime", "Grunfeld investment": "grunfeld",
    "US macroeconomic": "macrodata", "travel mode choice": "modechoice",
}  # fmt: skip
BUNCHES = {"iris": "load_iris", "wine": "load_wine", "Wisconsin breast cancer": "load_breast_cancer"}
CULTIVARS = ("cultivar 1", "cultivar 2", "cultivar 3")

Dataset = Annotated[
    str, Semantic("aca.dataset"), Field(description="Name of a data set, such as iris", min_length=3, max_length=60)
]
Variable = Annotated[
    str, Semantic("aca.variable"),
    Field(description="Variable with its data set: petal length (cm) in the iris data", min_length=5, max_length=120),
]  # fmt: skip


class VariableItem(TypedDict):
    variable: Annotated[str, Semantic("aca.variable"), Says("variable", names=True)]
    mean: Annotated[float, Says("mean", digits=3, scale="nominal")]
    maximum: Annotated[float, Says("maximum", high="largest", low="smallest", digits=3, scale="nominal")]
    variation: Annotated[float | None, Says("coefficient of variation", unit="%", digits=1)]


class StudyRecord(TypedDict):
    rows: Annotated[int, Says("number of rows")]
    classes: Annotated[int | None, Says("number of classes")]
    variables: Annotated[list[VariableItem], Says("numeric variable of {dataset}", plural="numeric variables of {dataset}")]


class Group(TypedDict):
    group: Annotated[str, Says("class", names=True)]
    rows: Annotated[int, Says("number of rows", high="largest", low="smallest")]
    share: Annotated[float, Says("share of the rows", unit="%", digits=2)]


class Groups(TypedDict):
    classes: Annotated[list[Group], Says("class in {dataset}", plural="classes in {dataset}")]


class Summary(TypedDict):
    count: Annotated[int, Says("number of values")]
    mean: Annotated[float, Says("mean", digits=3, scale="nominal")]
    median: Annotated[float, Says("median", digits=3, scale="nominal")]
    deviation: Annotated[float, Says("sample standard deviation", digits=3, scale="nominal")]
    minimum: Annotated[float, Says("minimum", digits=3, scale="nominal")]
    maximum: Annotated[float, Says("maximum", digits=3, scale="nominal")]
    quartile_range: Annotated[float, Says("interquartile range", digits=3, scale="nominal")]
    skewness: Annotated[float, Says("moment skewness", digits=3)]


class GroupMean(TypedDict):
    group: Annotated[str, Says("class", names=True)]
    mean: Annotated[float, Says("class mean", digits=3)]
    deviation: Annotated[float, Says("class standard deviation", high="largest", low="smallest", digits=3)]


class GroupMeans(TypedDict):
    classes: Annotated[
        list[GroupMean],
        Says("class for which {variable} is summarised", plural="classes for which {variable} is summarised"),
    ]
    eta_squared: Annotated[
        float,
        Semantic("aca.effect_size"),
        Says("share of the variance of {variable} that the class explains (eta squared)", digits=4),
    ]


class Relation(TypedDict):
    pearson: Annotated[float, Says("Pearson correlation between {first} and {second}", digits=4)]
    spearman: Annotated[float, Says("Spearman rank correlation between {first} and {second}", digits=4)]
    slope: Annotated[float, Says("least-squares slope of {second} on {first}", digits=4)]


class StateCrime(TypedDict):
    violent: Annotated[float, Says("violent crime rate", unit="per 100,000 people", digits=1)]
    murder: Annotated[float, Says("murder rate", unit="per 100,000 people", digits=1)]
    poverty: Annotated[float, Says("poverty rate", unit="%", digits=1)]
    graduates: Annotated[float, Says("high school graduation rate", unit="%", digits=1)]


@cache
def _table(dataset: str) -> tuple[dict[str, list[float]], list[str]]:
    """The labelled columns of a data set, and the class of each row where there are classes."""
    if dataset in BUNCHES or dataset == "diabetes":
        return _sklearn(dataset)
    from importlib import import_module

    frame = import_module(f"statsmodels.datasets.{MODULES[dataset]}").load_pandas().data
    classes = frame["firm"].tolist() if dataset == "Grunfeld investment" else []
    if dataset == "travel mode choice":
        classes = [("air", "train", "bus", "car")[int(mode) - 1] for mode in frame["mode"]]
    return {label: [float(v) for v in frame[column]] for column, label in LABELS[dataset].items()}, classes


def _sklearn(dataset: str) -> tuple[dict[str, list[float]], list[str]]:
    from sklearn import datasets

    if dataset == "diabetes":
        bunch = datasets.load_diabetes(scaled=False)
        columns = dict(zip([*bunch.feature_names, "target"], [*bunch.data.T, bunch.target], strict=True))
        return {label: columns[key].tolist() for key, label in LABELS[dataset].items()}, []
    bunch = getattr(datasets, BUNCHES[dataset])()
    labels = LABELS.get(dataset, {})
    names = CULTIVARS if dataset == "wine" else tuple(str(name) for name in bunch.target_names)
    columns = {labels.get(str(name), str(name)): bunch.data[:, i].tolist() for i, name in enumerate(bunch.feature_names)}
    return columns, [names[i] for i in bunch.target]


def datasets_known() -> tuple[str, ...]:
    """The names of all data sets, in a fixed order."""
    return (*BUNCHES, "diabetes", *MODULES)


@cache
def variables_known() -> dict[str, tuple[str, str]]:
    """Full variable names with the data set and the column that each stands for."""
    return {f"{label} in the {name} data": (name, label) for name in datasets_known() for label in _table(name)[0]}


def _dataset(name: str) -> str:
    for known in datasets_known():
        if known.casefold() == name.strip().casefold().removesuffix(" data"):
            return known
    raise not_found("data set", name)


def _column(variable: str) -> tuple[str, list[float], list[str]]:
    for known, (dataset, label) in variables_known().items():
        if known.casefold() == variable.strip().casefold():
            columns, classes = _table(dataset)
            return dataset, columns[label], classes
    raise not_found("variable", variable)


def _spread(values: list[float]) -> Any:
    import numpy

    return float(numpy.std(values, ddof=1))


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE, about="{dataset}",
    requires=("scikit-learn", "statsmodels"), examples=({"dataset": "iris"}, {"dataset": "Longley employment"}),
)  # fmt: skip
def study_record(dataset: Dataset) -> StudyRecord:
    """Size, classes and numeric variables of a classic data set, the variables in the order of its columns."""
    name = _dataset(dataset)
    columns, classes = _table(name)
    rows: list[VariableItem] = []
    for label, values in columns.items():
        mean = sum(values) / len(values)
        rows.append(
            {
                "variable": f"{label} in the {name} data", "mean": mean, "maximum": max(values),
                "variation": 100 * _spread(values) / mean if min(values) >= 0 and mean > 0 else None,
            }
        )  # fmt: skip
    count = len(next(iter(columns.values())))
    return {"rows": count, "classes": len(set(classes)) or None, "variables": rows}


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE, about="{dataset}",
    requires=("scikit-learn", "statsmodels"), examples=({"dataset": "wine"},),
)  # fmt: skip
def study_classes(dataset: Dataset) -> Groups:
    """The classes of a labelled data set with the number of rows in each, by name."""
    name = _dataset(dataset)
    classes = _table(name)[1]
    if not classes:
        raise not_found("class label in the data set", dataset)
    rows: list[Group] = [
        {"group": group, "rows": classes.count(group), "share": 100 * classes.count(group) / len(classes)}
        for group in sorted(set(classes))
    ]
    return {"classes": rows}


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE, about="{variable}",
    requires=("scikit-learn", "statsmodels"), examples=({"variable": "petal length (cm) in the iris data"},),
)  # fmt: skip
def variable_summary(variable: Variable) -> Summary:
    """Mean, median, spread and skewness of a variable of a classic data set.

    Quartiles are interpolated linearly (Hyndman & Fan 1996, type 7); skewness is the biased g1 = m3 / m2^1.5.
    """
    import numpy
    from scipy.stats import skew

    values = _column(variable)[1]
    low, middle, high = (float(q) for q in numpy.percentile(values, [25, 50, 75]))
    return {
        "count": len(values), "mean": float(numpy.mean(values)), "median": middle, "deviation": _spread(values),
        "minimum": min(values), "maximum": max(values), "quartile_range": high - low, "skewness": float(skew(values)),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE,
    requires=("scikit-learn", "statsmodels"),
    examples=({"variable": "sepal width (cm) in the iris data", "count": 10},),
)  # fmt: skip
def variable_values(
    variable: Variable,
    count: Annotated[
        int, Among((5, 6, 8, 10, 12, 15, 20)), Says("number of values"),
        Field(description="How many values", ge=3, le=40)
    ],
) -> Annotated[list[float], Semantic("math.series"),
Says("number among the first {count} values of {variable}", plural="first {count} values of {variable}")]:  # fmt: skip
    """The first values of a variable of a classic data set, in the order of its rows."""
    values = _column(variable)[1]
    if count > len(values):
        raise bad_arguments(f"there are only {len(values)} values of {variable}")
    return values[:count]


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE, about="{variable}",
    requires=("scikit-learn", "statsmodels"), examples=({"variable": "petal length (cm) in the iris data"},),
)  # fmt: skip
def variable_by_class(variable: Variable) -> GroupMeans:
    """Mean and standard deviation of a variable within each class of its data set, and eta squared.

    Eta squared is SS_between / SS_total.
    """
    _, values, classes = _column(variable)
    if not classes:
        raise not_found("class label in the data set of the variable", variable)
    mean = sum(values) / len(values)
    rows: list[GroupMean] = []
    between = 0.0
    for group in sorted(set(classes)):
        part = [value for value, label in zip(values, classes, strict=True) if label == group]
        average = sum(part) / len(part)
        between += len(part) * (average - mean) ** 2
        rows.append({"group": group, "mean": average, "deviation": _spread(part)})
    return {"classes": rows, "eta_squared": between / sum((value - mean) ** 2 for value in values)}


@tool(
    domain="academic", kind="retrieval", provider="scikit-learn", source=SOURCE,
    requires=("scikit-learn", "statsmodels", "scipy"),
    examples=({"first": "petal length (cm) in the iris data", "second": "petal width (cm) in the iris data"},),
)  # fmt: skip
def variables_correlation(first: Variable, second: Variable) -> Relation:
    """Pearson and Spearman correlation of two variables of the same data set, and the regression slope."""
    from scipy.stats import linregress, spearmanr

    (one, x, _), (two, y, _) = _column(first), _column(second)
    if one != two:
        raise bad_arguments(f"the variables belong to different data sets, {one} and {two}")
    if x == y:
        raise bad_arguments("a variable is not correlated with itself")
    line = linregress(x, y)
    return {"pearson": float(line.rvalue), "spearman": float(spearmanr(x, y).statistic), "slope": float(line.slope)}


@tool(
    domain="academic", kind="retrieval", provider="statsmodels",
    source="statsmodels statecrime (US Census, FBI; public domain)",
    about="{state}", given="in 2009", requires=("statsmodels",), examples=({"state": "Alabama"},),
)  # fmt: skip
def state_crime(
    state: Annotated[
        str,
        Semantic("aca.us_state"),
        Field(description="US state or the District of Columbia", min_length=4, max_length=30),
    ],
) -> StateCrime:
    """Crime, poverty and schooling of a US state in 2009."""
    from statsmodels.datasets import statecrime

    frame = statecrime.load_pandas().data
    for name, row in frame.iterrows():
        if str(name).strip().casefold() == state.strip().casefold():
            return {
                "violent": float(row["violent"]), "murder": float(row["murder"]), "poverty": float(row["poverty"]),
                "graduates": float(row["hs_grad"]),
            }  # fmt: skip
    raise not_found("US state", state)
