"""Exact arithmetic and calculus (sympy): integers, polynomials, derivatives and integrals of one variable.

An expression is read by a parser of our own that admits numbers, x, + - * / **, and a few functions; sympy's
reader would run
whatever Python code it is given.
"""

import ast
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, tool

SOURCE = "computer algebra, sympy; https://docs.sympy.org"
FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "atan")

Integer = Annotated[
    int,
    Among((360, 1001, 1729, 2024, 5040, 9973, 123456, 600851475143)),
    Field(description="A whole number", ge=2, le=10**15),
]
Smaller = Annotated[int, Among((84, 126, 210, 455, 1071, 2310)), Field(description="A whole number", ge=1, le=10**12)]
Other = Annotated[int, Among((36, 96, 180, 330, 462, 900)), Field(description="Another whole number", ge=1, le=10**12)]
Expression = Annotated[
    str,
    Among(("x**3 - 4*x + 1", "sin(x)*exp(-x)", "log(x + 1)/(x + 2)", "sqrt(x**2 + 1)", "x*exp(-x**2)", "x**4/(1 + x)")),
    Field(
        description="Expression in x of numbers, + - * / ** and sin cos tan exp log sqrt atan",
        min_length=1,
        max_length=120,
    ),
]
Point = Annotated[float, Among((0.5, 1, 2, 3)), Field(description="Value of x", ge=-1e6, le=1e6)]


class PrimePower(TypedDict):
    prime: Annotated[int, Says("prime", names=True, high="largest", low="smallest")]
    exponent: Annotated[int, Says("exponent")]


class Factors(TypedDict):
    factors: Annotated[list[PrimePower], Says("prime factor of {number}", plural="prime factors of {number}")]
    divisors: Annotated[int, Says("number of positive divisors")]
    totient: Annotated[int, Says("number of positive integers up to and coprime with {number}")]


class Primes(TypedDict):
    prime: Annotated[bool, Says("a prime number")]
    next_prime: Annotated[int, Says("smallest prime greater than {number}")]
    previous_prime: Annotated[int | None, Says("largest prime smaller than {number}")]


class Common(TypedDict):
    gcd: Annotated[int, Says("greatest common divisor of {number} and {other}")]
    lcm: Annotated[int, Says("least common multiple of {number} and {other}")]


class Roots(TypedDict):
    real_roots: Annotated[
        list[float],
        Says(
            "real root of the polynomial with coefficients {coefficients} (highest power first)",
            plural="real roots of the polynomial with coefficients {coefficients} (highest power first)",
            digits=4,
        ),
    ]
    largest: Annotated[
        float | None,
        Says("largest real root of the polynomial with coefficients {coefficients} (highest power first)", digits=4),
    ]


@cache
def _sympy() -> Any:
    import sympy

    return sympy


def _built(node: ast.expr) -> Any:
    """The sympy expression of a syntax tree; `bad_arguments` for all that is not arithmetic in x."""
    sympy = _sympy()
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and abs(value) < 1e9:
            return sympy.Rational(str(value))
        case ast.Name(id="x"):
            return sympy.Symbol("x", real=True)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_built(operand)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _built(left), _built(right)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div() if b != 0:
                    return a / b
                case ast.Pow() if b.is_number is False or abs(b) <= 20:
                    return a**b
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return getattr(sympy, name)(_built(argument))
    raise bad_arguments("write an expression in x of numbers, + - * / ** (powers up to 20) and " + " ".join(FUNCTIONS))


def _expression(text: str) -> Any:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        raise bad_arguments(f"{text!r} is not an expression; write x**2 - 3*x, say") from None
    return _built(tree)


def _real(value: Any, what: str) -> float:
    number = complex(value.evalf(20)) if value.is_number else complex("nan")
    if number != number or abs(number) > 1e300 or abs(number.imag) > 1e-12:
        raise bad_arguments(f"{what} is not a finite real number")
    return float(f"{number.real:.12g}")


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source=SOURCE,
    about="{number}",
    requires=("sympy",),
    examples=({"number": 5040},),
)
def factor_integer(number: Integer) -> Factors:
    """Prime factorisation, number of divisors and Euler's totient of a whole number."""
    sympy = _sympy()
    found = sorted(sympy.factorint(number).items())
    return {
        "factors": [{"prime": int(prime), "exponent": int(exponent)} for prime, exponent in found],
        "divisors": int(sympy.divisor_count(number)),
        "totient": int(sympy.totient(number)),
    }


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source=SOURCE,
    about="{number}",
    requires=("sympy",),
    examples=({"number": 9973},),
)
def prime_neighbours(number: Integer) -> Primes:
    """Whether a whole number is prime, and the primes next below and above it."""
    sympy = _sympy()
    return {
        "prime": bool(sympy.isprime(number)),
        "next_prime": int(sympy.nextprime(number)),
        "previous_prime": int(sympy.prevprime(number)) if number > 2 else None,
    }


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source=SOURCE,
    about="{number} and {other}",
    requires=("sympy",),
    examples=({"number": 1071, "other": 462},),
)
def common_divisor(number: Smaller, other: Other) -> Common:
    """Greatest common divisor and least common multiple of two whole numbers."""
    sympy = _sympy()
    return {"gcd": int(sympy.gcd(number, other)), "lcm": int(sympy.lcm(number, other))}


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source=SOURCE,
    about="the polynomial with coefficients {coefficients}",
    requires=("sympy",),
    examples=({"coefficients": [1, 0, -4, 1]}, {"coefficients": [1, 0, 1]}),
)
def polynomial_roots(
    coefficients: Annotated[
        list[int],
        Among(([1, 0, -4, 1], [2, -3, -11, 6], [1, -6, 11, -6], [1, 0, -7, 0, 6], [3, -5, -2], [1, 1, -1])),
        Field(description="Coefficients, highest power first", min_length=2, max_length=9),
    ],
) -> Roots:
    """The distinct real roots of a polynomial with whole-number coefficients, from smallest to largest."""
    if coefficients[0] == 0:
        raise bad_arguments("the first coefficient is 0; leave it out")
    if max(map(abs, coefficients)) > 10**6:
        raise bad_arguments("coefficients lie between -1000000 and 1000000")
    sympy = _sympy()
    exact = sympy.real_roots(sympy.Poly(coefficients, sympy.Symbol("x")), multiple=False)
    roots = sorted(float(f"{float(root.evalf(20)):.12g}") + 0.0 for root, _ in exact)
    return {"real_roots": roots, "largest": roots[-1] if roots else None}


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source=SOURCE,
    about="{expression}",
    requires=("sympy",),
    examples=({"expression": "sin(x)*exp(-x)", "x": 1},),
)
def derivative_at(
    expression: Expression, x: Point
) -> Annotated[float, Says("derivative of {expression} with respect to x at x = {x}", digits=4)]:
    """The value of the first derivative of an expression in x at a point."""
    sympy = _sympy()
    made = _expression(expression)
    slope = sympy.diff(made, sympy.Symbol("x", real=True)).subs(sympy.Symbol("x", real=True), sympy.Rational(str(x)))
    return _real(slope, "the derivative there")


@tool(
    domain="general",
    kind="processing",
    provider="sympy",
    source="adaptive tanh-sinh quadrature, mpmath",
    about="{expression}",
    requires=("sympy", "mpmath"),
    examples=({"expression": "x*exp(-x**2)", "lower": 0, "upper": 2},),
)
def definite_integral(
    expression: Expression,
    lower: Annotated[float, Among((0, 1)), Field(description="Lower limit", ge=-1e3, le=1e3)],
    upper: Annotated[float, Among((2, 3, 4)), Field(description="Upper limit", ge=-1e3, le=1e3)],
) -> Annotated[float, Says("integral of {expression} from x = {lower} to x = {upper}", digits=4)]:
    """The definite integral of an expression in x that is finite between the limits, by numerical quadrature."""
    from mpmath import mp, quad

    sympy = _sympy()
    function = sympy.lambdify(sympy.Symbol("x", real=True), _expression(expression), "mpmath")
    with mp.workdps(20):
        try:
            value, error = quad(function, [lower, upper], error=True)
        except (ZeroDivisionError, ValueError, OverflowError):
            raise bad_arguments("the expression is not finite between the limits") from None
        if not mp.isfinite(value) or abs(mp.im(value)) > 1e-12 or error > 1e-8 * max(1, abs(value)):
            raise bad_arguments("the integral does not converge to a real number between the limits")
        return float(f"{float(mp.re(value)):.10g}")
