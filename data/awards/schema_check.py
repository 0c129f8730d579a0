"""A package held against the standard's own JSON schemas, which a deployment has in a folder; nothing is fetched."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from data.catalogue.codelists import PURPOSES, REASONS
from data.errors import BadData, Problem
from data.json_files import read_json

GRANT, PACKAGE = "360-giving-schema.json", "360-giving-package-schema.json"
MOST: Final = 20
"""Problems that are told."""


def check_package(package: dict[str, Any], schemas: Path) -> None:
    """Check a package; raises BadData with what does not fit the schemas of the folder."""
    # JSON, as jsonschema takes it: the schemas were read with exact decimals
    grant, whole = (
        json.loads(json.dumps(read_json(schemas / name), default=float)) for name in (GRANT, PACKAGE)
    )
    asked = re.findall(r'"\$ref": "(https?://[^"#]+)', json.dumps(whole))
    registry = jsonschema_rs.Registry([(address, grant) for address in {*asked, grant["$id"]}])
    validator = jsonschema_rs.Draft202012Validator(whole, registry=registry, validate_formats=True)
    problems = [
        Problem(error.message[:200], file=PACKAGE, field=".".join(str(part) for part in error.instance_path))
        for error, _ in zip(validator.iter_errors(package), range(MOST), strict=False)
    ]
    problems += list(_unlisted(package))[:MOST]
    if problems:
        raise BadData(problems)


def _unlisted(package: dict[str, Any]) -> list[Problem]:
    """Find codes that are not on the standard's lists, which its schema leaves to others."""
    found = []
    for place, grant in enumerate(package["grants"]):
        details = grant.get("toIndividualsDetails", {})
        reasons = [details.get(name) for name in ("primaryGrantReason", "secondaryGrantReason")]
        odd = {*details.get("grantPurpose", ())} - {*PURPOSES} | {one for one in reasons if one} - {*REASONS}
        field = f"grants.{place}.toIndividualsDetails"
        found += [Problem(f"{code!r} is on no code list", file=PACKAGE, field=field) for code in sorted(odd)]
    return found
