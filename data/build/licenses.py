"""License terms, aliases and overrides in the product's schema, from the raw license facts and the readings kept here.

`license_duties.json` says what each license asks and when, `license_readings.json` puts its limits into words that a
rule can test, `license_additions.json` holds standard texts that the raw facts lack, `license_rereadings.json` the
clauses of texts that were read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from advisor.license.terms import LicenseTerms
from data.build.license_limits import caps, territory

HERE = Path(__file__).parent
_LICENSES = pa.schema(
    [(name, pa.string()) for name in ("license_id", "name", "kind", "spdx_id", "confidence")]
    + [("text_read", pa.bool_()), ("url", pa.string()), ("terms", pa.string())]
)
Raw = dict[str, Any]

PASSAGES = {
    "attribution": "attribution",
    "notice": "notice",
    "naming_rule": "naming",
    "share_alike": "share_alike",
    "modification_notice": "modification",
}
DUTY_SECTIONS = {
    "keep_notices": ("notice", "attribution", "redistribution", "share_alike"),
    "give_license_copy": ("redistribution", "attribution", "share_alike"),
    "notice_file": ("notice", "attribution", "redistribution"),
    "state_changes": ("modification_notice", "redistribution", "attribution", "share_alike"),
    "attribution": ("attribution", "redistribution"),
    "follow_aup": ("acceptable_use_policy", "field_of_use_restrictions", "termination", "commercial_use"),
    "pass_on_use_restrictions": ("share_alike", "acceptable_use_policy", "redistribution", "field_of_use_restrictions"),
    "keep_model_card": ("attribution",),
    "offer_source": ("network_clause", "redistribution", "share_alike"),
    "same_license": ("share_alike", "redistribution"),
    "register": ("commercial_note", "commercial_use"),
    "display_built_with": ("attribution", "naming_rule", "outputs_may_train_other_models"),
    "display_powered_by": ("attribution",),
    "display_attribution": ("attribution", "redistribution"),
    "name_prefix": ("naming_rule", "outputs_may_train_other_models", "attribution"),
}
"""For each duty the raw fields whose citation names its clause, first one found."""


def tables(raw: Path) -> dict[str, pa.Table]:
    """Tables `licenses`, `license_aliases` and `license_overrides`, sorted by key."""
    facts = json.loads((raw / "licences" / "licences.json").read_text())
    readings, duties = _own("license_readings"), _own("license_duties")
    again = _own("license_rereadings")
    terms = [_terms(_reread(entry, again.get(entry["id"])), readings, duties) for entry in facts["licences"]]
    for addition in _own("license_additions"):
        owed = _duties(addition["license_id"], None, addition["citations"], duties)
        terms.append(LicenseTerms.model_validate_json(json.dumps({"url": _url(addition), **addition, "duties": owed})))
    terms.sort(key=lambda t: t.license_id)
    return {
        "licenses": pa.Table.from_pylist([_row(t) for t in terms], _LICENSES),
        "license_aliases": _aliases(facts, terms, readings),
        "license_overrides": _text_table(
            ("model_glob", "tag", "license_id", "evidence"),
            sorted(
                ((o["model_glob"], o["tag"], o["licence_id"], o["evidence"]) for o in facts["model_overrides"]),
                key=lambda row: str(row[0]),
            ),
        ),
    }


def _reread(entry: Raw, again: Raw | None) -> Raw:
    """The entry with the clauses, and the corrected facts, of a later reading."""
    if again is None:
        return entry
    clauses = [
        {"field": field, "clause": where, "source": again["source"]} for field, where in again["clauses"].items()
    ]
    return {**entry, **again["facts"], "citations": [*clauses, *entry["citations"]]}


def _own(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def _text_table(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(columns)})


def _row(terms: LicenseTerms) -> Raw:
    columns = {name: getattr(terms, name) for name in _LICENSES.names if name != "terms"}
    return columns | {"terms": terms.model_dump_json(exclude_defaults=True)}


def _terms(entry: Raw, readings: Raw, duties: Raw) -> LicenseTerms:
    own = entry["id"]
    cite = {citation["field"]: citation["clause"] for citation in reversed(entry["citations"])}
    spdx = entry["spdx_id"]
    policy = entry["acceptable_use_policy"]
    condition = readings["open_conditions"].get(own)
    spelled: Raw = {
        "license_id": own,
        **{key: entry[key] for key in ("name", "kind", "version", "date", "osi_approved", "confidence", "text_read")},
        "spdx_id": spdx,
        "standard_text": spdx is not None and not spdx.startswith("LicenseRef-"),
        "weights_licensed": entry["kind"] != "proprietary",
        "commercial": {
            "use": entry["commercial_use"],
            "requires": entry["commercial_requires"],
            "noncommercial_scope": entry["nc_scope"],
            "company_evaluation": entry["nc_scope"] == "nonproduction" or own in readings["company_evaluation"],
            "note": entry["commercial_note"],
            "clause": cite.get("commercial_use") or cite.get("commercial_note"),
        },
        "caps": caps(entry, cite, readings),
        "territory": territory(entry, readings),
        "field_of_use": {
            "prohibited": entry["field_of_use_restrictions"],
            "policy": policy,
            "clause": cite.get("field_of_use_restrictions") or cite.get("acceptable_use_policy"),
        },
        "outputs": _outputs(entry, cite, readings),
        "copyleft": _copyleft(entry, cite, readings),
        "hosting": _hosting(entry, cite, readings),
        "redistribution": _redistribution(entry, cite, readings),
        "duties": _duties(own, policy, entry["citations"], duties),
        "open_conditions": [condition] if condition else [],
        "passages": {name: entry[key] for key, name in PASSAGES.items() if entry[key]},
        "patent": entry["patent_grant"],
        "termination": entry["termination"],
        "usually_gated": entry["gated_typical"],
        "misconceptions": entry["common_wrong_beliefs"],
        "examples": entry["example_models"],
    }
    kept = {"citations": entry["citations"], "url": readings["urls"].get(own) or _url(entry)}
    return LicenseTerms.model_validate_json(json.dumps(json.loads(_american(json.dumps(spelled))) | kept))


def _outputs(entry: Raw, cite: Raw, readings: Raw) -> Raw:
    banned = [rule["when"] for rule in readings["output_training"].values() if entry["id"] in rule["licenses"]]
    return {
        "may_train": entry["outputs_may_train_other_models"],
        "banned_when": banned[0] if banned else [],
        "note": entry["outputs_note"],
        "clause": cite.get("outputs_may_train_other_models") or cite.get("outputs_note"),
    }


def _copyleft(entry: Raw, cite: Raw, readings: Raw) -> Raw:
    own = entry["id"]
    network = [citation["clause"] for citation in entry["citations"] if citation["field"] == "network_clause"]
    scopes = [scope for scope in ("whole_work", "adaptations", "file") if own in readings["copyleft"][scope]]
    return {
        "scope": scopes[0] if scopes else "none",
        "network": own in readings["copyleft"]["network"],
        "clause": ", ".join(dict.fromkeys(filter(None, (cite.get("share_alike"), *network)))) or None,
    }


def _hosting(entry: Raw, cite: Raw, readings: Raw) -> Raw:
    said = entry["hosting_as_service"] or ""
    refused = re.match(r"no\b(?!-)", said) is not None and not said.startswith("no (commercial)")
    excluded = "none" if not refused else "resale"
    if entry["id"] in readings["hosting_of_any_kind"]:
        excluded = "any_service"
    return {"excluded": excluded, "note": said or None, "clause": cite.get("hosting_as_service")}


def _redistribution(entry: Raw, cite: Raw, readings: Raw) -> Raw:
    said, own = entry["redistribution"], entry["id"]
    allowed = None if said is None else "no" if re.match(r"no\b(?!-)", said) else "yes"
    if own in readings["no_derivatives"]:
        allowed = "unmodified_only"
    if own in readings["redistribution_unclear"]:
        allowed = "unclear"
    return {"allowed": allowed, "note": said, "clause": cite.get("redistribution") or readings["no_weights"].get(own)}


def _duties(own: str, policy: str | None, citations: list[Raw], duties: Raw) -> list[Raw]:
    cite = {citation["field"]: citation["clause"] for citation in reversed(citations)}
    owed: list[Raw] = []
    for group in duties["duties"]:
        if own not in group["licenses"]:
            continue
        for code, when in group["owed"].items():
            clauses = [cite[section] for section in DUTY_SECTIONS[code] if section in cite]
            clauses += [clause for clause, ids in duties["clauses"].items() if own in ids]
            prefix = group.get("prefix", "")
            owed.append(
                {
                    "code": f"{code}:{prefix}" if code == "name_prefix" else code,
                    "text": duties["text"][code].format(policy=policy, show=group.get("show"), prefix=prefix),
                    "when": duties["when"][when],
                    "clause": clauses[0] if clauses else None,
                }
            )
    return owed


def _url(entry: Raw) -> str | None:
    spdx = entry["spdx_id"]
    if spdx and spdx.startswith("LicenseRef-scancode-"):
        return f"https://scancode-licensedb.aboutcode.org/{spdx.removeprefix('LicenseRef-scancode-')}.html"
    if spdx:
        return f"https://spdx.org/licenses/{spdx}.html"
    for citation in entry["citations"]:
        found = re.match(r"([\w.-]+/[\w.-]+) (\S+) @([0-9a-f]{7,40})\b", citation["source"])
        if found and not found[1].startswith("huggingface/"):
            return f"https://github.com/{found[1]}/blob/{found[3]}/{found[2]}"
    return None


def _american(text: str) -> str:
    """Our prose is American. Not for sources and addresses, which name files as they are."""
    return re.sub(r"([Ll])icen[c](?=e[sd]?\b)", r"\1icens", text)


def _aliases(facts: Raw, terms: list[LicenseTerms], readings: Raw) -> pa.Table:
    ids = {t.license_id for t in terms}
    names = {alias.lower(): own for alias, own in facts["aliases"].items()}
    names |= {alias.lower(): entry["id"] for entry in facts["licences"] for alias in entry["aliases"]}
    names |= {t.spdx_id.lower(): t.license_id for t in terms if t.spdx_id}
    names |= readings["aliases"]
    rows = sorted((alias, own) for alias, own in names.items() if alias not in ids)
    return _text_table(("alias", "license_id"), rows)
