"""Caps and territories of the raw license facts, as limits that a rule can test."""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]
MONTHS = 12
DAYS = 31
EXCESS = {"needs_separate_licence": "needs_separate_license", "display_name": "display_name"}


def caps(entry: Raw, cite: Raw, readings: Raw) -> list[Raw]:
    """Limits on users, revenue and funding of one license."""
    found = [cap for cap in (_users(entry, cite), _revenue(entry, cite, readings)) if cap]
    subject = readings["cap_when"]
    for cap in found:
        when = subject.get(f"{entry['id']} {cap['excess']}") or subject.get(entry["id"])
        if when:
            cap["when"] = when
        if cap["excess"] == "display_name":
            cap["display_name"] = readings["display_name"][entry["id"]]
    return [*found, *readings["extra_caps"].get(entry["id"], [])]


def territory(entry: Raw, readings: Raw) -> list[Raw]:
    """Where no rights are granted."""
    return [
        {
            "territory": exclusion["territory"],
            "multimodal_only": exclusion["scope"] == "multimodal_models_only",
            "models_are_multimodal": readings["models_are_multimodal"].get(entry["id"]),
            "exempt_roles": ["end_user"] if exclusion["exception"] else [],
            "test": exclusion["test"],
            "exception": exclusion["exception"],
            "clause": exclusion["where"],
        }
        for exclusion in entry["territory_exclusions"]
    ]


def _users(entry: Raw, cite: Raw) -> Raw | None:
    cap = entry["mau_cap"]
    if cap is None:
        return None
    daily = cap["unit"].lower() == "daily"
    when = f" on the release date {cap['release_date']}" if cap["release_date"] else ""
    if cap["measured"] == "at_release_date" and not when:
        when = " on the release date"
    return {
        "measure": "monthly_active_users",
        # Daily users of a month add up to at least its monthly users: above 31 times the limit a day is over it.
        "value": cap["value"] * (DAYS if daily else 1),
        "open_from": cap["value"] if daily else None,
        "measured": cap["measured"],
        "release_date": cap["release_date"],
        "counts_affiliates": "affiliates" in (cap["who"] or ""),
        "excess": EXCESS[cap["excess"]],
        "text": f"{_figure(cap['value'])} {'daily' if daily else 'monthly'} users{when} ({cap['who']})",
        "clause": cite.get("mau_cap") or cite.get("attribution"),
    }


def _revenue(entry: Raw, cite: Raw, readings: Raw) -> Raw | None:
    rule = entry["revenue_rule"]
    if rule is None:
        return None
    cap: Raw = {"measure": "annual_revenue_usd", "value": rule["value"], "inclusive": rule["threshold_itself_excluded"]}
    amount = f"USD {_figure(rule['value'])}" if rule["value"] else ""
    if rule.get("currency") == "CNY":
        rates, local = readings["cny_per_usd"], rule["value_local"]
        cap |= {"value": local / rates["low"], "open_from": local / rates["high"]}
        amount = f"CNY {_figure(local)}"
    elif rule["period"].startswith("monthly"):
        # A year above twelve times the limit has a month above it; a year within the limit has none.
        cap |= {"value": rule["value"] * MONTHS, "open_from": rule["value"]}
    clause = cite.get("revenue_rule") or cite.get("revenue_cap_usd") or cite.get("commercial_note")
    return cap | {
        "excess": EXCESS[rule["excess"]],
        "text": f"{amount} revenue, {rule['period']}" + (f" ({rule['who']})" if rule["who"] else ""),
        "clause": clause or cite.get("hosting_as_service") or cite.get("attribution") or cite.get("commercial_use"),
    }


def _figure(number: float) -> str:
    for size, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if number >= size:
            return f"{number / size:g} {word}"
    return f"{number:,.0f}"
