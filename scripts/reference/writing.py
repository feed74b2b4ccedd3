"""How the reference scripts write their numbers: as JSON on one line, rounded, so that a file does not depend on the machine."""

import json
import sys


def rounded(value, digits):
    """Every number in lists and dictionaries, to so many significant digits."""
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item, digits) for item in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


def write(result, digits=8):
    json.dump(rounded(result, digits), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
