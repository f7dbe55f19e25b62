"""Everything installed is pinned to the hashes of its files, and what is shipped has a licence we can name."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.sbom import licences
from infra.settings import PROJECT_ROOT

LISTS = [*sorted((PROJECT_ROOT / "requirements").glob("*.in")), PROJECT_ROOT / "tests" / "engines" / "localstack.in"]
#: Dependencies that are left out on purpose: fpdf2 draws text without images; an environment has a pip of its own.
LEFT_OUT = {"pillow", "pip"}
#: Licences under which code may be shipped with ours, unchanged and as a library.
ACCEPTED = {
    *("MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "AFL-2.1", "LGPL-3.0-only"),
    "BSD-Advertising-Acknowledgement",  # with the words that it asks for in NOTICE
}
#: What packages without an SPDX expression say instead.
OLD_NAMES = {
    "Apache License 2.0": "Apache-2.0",
    "PSFL": "PSF-2.0",
    "BSD": "BSD-3-Clause AND BSD-Advertising-Acknowledgement",  # xlrd, of which a part is older
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
}


def pinned(file: Path) -> dict[str, str]:
    """Return names and versions of a list; raises ValueError for a line that pins no exact version."""
    lines = [line.split(" \\")[0] for line in file.read_text("utf-8").splitlines()]
    pins = [line.split(";")[0].strip() for line in lines if line and not line.lstrip().startswith(("#", "--hash"))]
    pairs = [re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", pin) for pin in pins]
    assert all(pairs), pins
    return {canonicalize_name(found[1]): found[2] for found in pairs if found}


def hashed(file: Path) -> Path:
    """Return the file with the hashes of a list."""
    name = file.stem
    if file.parent.name == "engines":
        return file.with_suffix(".txt")
    return PROJECT_ROOT / ("requirements.txt" if name == "package" else f"requirements-{name}.txt")


@pytest.mark.parametrize("file", LISTS, ids=lambda path: path.stem)
def test_every_pin_has_the_hashes_of_its_files(file: Path) -> None:
    assert pinned(hashed(file)) == pinned(file), "run `make pins`"
    blocks = re.split(r"\n(?=[a-z0-9])", hashed(file).read_text("utf-8"))
    assert all("--hash=sha256:" in block for block in blocks if not block.startswith("#"))


def test_the_lists_of_one_environment_do_not_overlap() -> None:
    package, dev = (pinned(PROJECT_ROOT / "requirements" / f"{name}.in") for name in ("package", "dev"))
    assert package.keys() & dev.keys() == set()


def test_nothing_that_a_pinned_package_needs_is_missing() -> None:
    pins = {name for one in ("package", "dev") for name in pinned(PROJECT_ROOT / "requirements" / f"{one}.in")}
    needed = {
        canonicalize_name(requirement.name)
        for name in pins
        for text in metadata.requires(name) or []
        if (requirement := Requirement(text)) and (not requirement.marker or requirement.marker.evaluate({"extra": ""}))
    }
    assert needed - pins == LEFT_OUT


def test_the_shipped_packages_and_no_others_have_their_licence_listed() -> None:
    assert licences().keys() == {*pinned(PROJECT_ROOT / "requirements" / "package.in"), "chalice"}


@pytest.mark.parametrize("name", licences())
def test_a_listed_licence_is_what_the_package_says_and_may_be_shipped(name: str) -> None:
    said = metadata.metadata(name)
    classifiers = [one for one in said.get_all("Classifier") or [] if one.startswith("License")]
    own = said.get("License-Expression") or said.get("License") or classifiers[0]
    assert licences()[name] == OLD_NAMES.get(own, own)
    assert set(re.split(r" (?:OR|AND) ", licences()[name])) <= ACCEPTED


def test_what_licences_have_acknowledged_is_in_the_notice_that_the_readme_names() -> None:
    notice = " ".join((PROJECT_ROOT / "NOTICE").read_text("utf-8").split())
    for name in (name for name, licence in licences().items() if "Acknowledgement" in licence):
        files = [one for one in metadata.files(name) or [] if one.name.upper().startswith("LICEN")]
        texts = [" ".join(one.read_text("utf-8").replace("*", " ").split()) for one in files]
        asked = {found for text in texts for found in re.findall(r'acknowledgment: "([^"]+)"', text)}
        assert asked
        assert all(words in notice for words in asked)
    assert "(NOTICE)" in (PROJECT_ROOT / "README.md").read_text("utf-8")
