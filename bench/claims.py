"""What the programs have in common that measure claims one after the other: the command line and a line of figures."""
import argparse

from servers import conditions


def say(what, value, unit="", wanted=""):
    print(f"  {what:80}{value:12.2f} {unit:8}{wanted}", flush=True)


def measure_claims(doc, functions):
    """The command line of such a program. Each function is a claim of its name, called with the scale and the number of rounds."""
    claims = {f.__name__.replace("_", "-"): f for f in functions}
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("claims", nargs="*", metavar="claim", help=f"of {', '.join(claims)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=3, help="of the comparisons; medians are shown")
    parser.add_argument("--scale", type=float, default=1, help="multiplies all counts")
    given = parser.parse_args()
    for claim in given.claims:
        if claim not in claims:
            parser.error(f"no claim '{claim}'; there are {', '.join(claims)}")
    print(conditions())
    for name in given.claims or claims:
        print(f"{name}: {claims[name].__doc__}", flush=True)
        claims[name](given.scale, given.rounds)
