"""The software bill of materials of the package: CycloneDX 1.6, written beside what is deployed."""

import json
import tomllib
from importlib import metadata
from pathlib import Path
from typing import cast

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.settings import PROJECT_ROOT
from infra.vendor import Wheel, wheels_of

#: What each shipped package is licensed under; a test compares it with what the packages say of themselves.
LICENCES = PROJECT_ROOT / "requirements" / "licences.json"


def write_sbom(project: Path) -> None:
    """Write sbom.json into a built project: versions, licences, and hashes of the wheels that vendor/ is made of."""
    bom = Bom(components=[_component(wheel) for wheel in shipped((project / "vendor").resolve())])
    bom.metadata.component = _ours()
    for component in bom.components:
        bom.register_dependency(bom.metadata.component, [component])
    (project / "sbom.json").write_text(JsonV1Dot6(bom).output_as_string(indent=2), encoding="utf-8")


def shipped(vendor: Path) -> list[Wheel]:
    """Return the packages in the directory, and Chalice, two files of which go with them."""
    return [*wheels_of(vendor), Wheel("chalice", metadata.version("chalice"), "")]


def licences() -> dict[str, str]:
    """Return the licence of each shipped package as an SPDX expression."""
    return cast(dict[str, str], json.loads(LICENCES.read_text(encoding="utf-8")))


def _component(wheel: Wheel) -> Component:
    return Component(
        name=wheel.name,
        version=wheel.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{wheel.name}=={wheel.version}",
        purl=PackageURL("pypi", name=wheel.name, version=wheel.version),
        licenses=[LicenseExpression(licences()[wheel.name])],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)] if wheel.sha256 else [],
    )


def _ours() -> Component:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref=project["name"]
    )
