"""Extras (附加组件): packages that only some work needs, and the line to type where one is missing.

When    a verb or a job meets an import that is not there; Spark, of the extra `scale`, also the Java it runs on
Shape   EXTRAS: what is imported -> the extra it is of, as pyproject.toml names them
Source  pyproject.toml, requirements/extras.in
"""

from typing import Final

EXTRAS: Final = {
    "duckdb": "recon",
    "hvac": "vault",
    "ibis": "recon",
    "pyarrow": "recon",
    "sqlglot": "recon",
    "pkcs11": "hsm",
    "pyspark": "scale",
    "rfc3161_client": "tsa",
    "typst": "docs",
    "xlsxwriter": "docs",
}

_IN_SETUP_ALL: Final = ("recon", "docs")


def to_type(missing: BaseException | None) -> str | None:
    """Return what is missing and the line to type, or None where it is no package of an extra.

    >>> to_type(ModuleNotFoundError(name="xlsxwriter"))
    "xlsxwriter is not installed: it is of the extra `docs`.\\nType: python3 run.py setup --all   (or: pip install 'cunguan[docs]')"
    >>> to_type(ModuleNotFoundError(name="cunguan.nothing")), to_type(None)
    (None, None)
    """
    package = (missing.name or "").partition(".")[0] if isinstance(missing, ImportError) else ""
    if package == "java":
        return "Spark needs a Java runtime, and there is none.\nType: sudo apt-get install default-jre-headless   (or set JAVA_HOME)"
    extra = EXTRAS.get(package)
    if extra is None:
        return None
    by_pip = f"pip install 'cunguan[{extra}]'"
    line = f"python3 run.py setup --all   (or: {by_pip})" if extra in _IN_SETUP_ALL else by_pip
    return f"{package} is not installed: it is of the extra `{extra}`.\nType: {line}"
