"""Device names as people write them, resolved to hardware with its figures.

Which device a name means: an alias or the exact name first; then a bare number ("4090") under the usual prefixes.
Where a name fits several devices and no memory size decides, the one with the least memory and then the lowest
bandwidth is taken, and `source` says so: a model that fits it fits the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from advisor.domain.errors import InvalidInput, Problem, UnknownHardware
from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.measured import Measured
from advisor.sizing import slices
from advisor.sizing.constants import shipped_levels
from advisor.sizing.lookalikes import Known, look_alikes, names_another
from advisor.sizing.names import MOST_DEVICES, DeviceText, catalog_key, device_key, take_apart, without_count

if TYPE_CHECKING:
    from advisor.sizing.mentions import Mentions

Row = Mapping[str, Any]
# Columns of the catalog's tables, for rows given as tuples.
HARDWARE_COLUMNS = (
    "name", "vendor", "kind", "architecture", "year", "memory_gib", "memory_type", "memory_bandwidth_gb_s",
    "fp32_tflops",
    "fp16_tflops", "fp8_tflops", "int8_tops", "fp4_tflops", "compute_capability", "tdp_w", "msrp_usd", "note",
    "source_id",
)  # fmt: skip
ALIAS_COLUMNS = ("alias", "hardware", "count", "host_memory_gib", "source_id")
PRICE_COLUMNS = (
    "provider", "instance", "hardware", "count", "vcpus", "host_memory_gib", "usd_per_hour", "region", "as_of",
    "source_id",
)  # fmt: skip
THIS_MACHINE = (
    "thismachine",
    "thiscomputer",
    "thispc",
    "thislaptop",
    "localhost",
    "local",
    "here",
    "mymachine",
    "mycomputer",
)
_PREFIXES = (
    "rtx",
    "gtx",
    "rx",
    "core",
    "ryzen",
    "arc",
    "arcpro",
    "pro",
    "quadro",
    "quadrortx",
    "rtxpro",
    "xeon",
    "epyc",
    "orin",
    "m",
)
_NO_MODEL = re.compile(r"^(?:(?:discrete|dedicated|graphics|video|a|an|of|with|my|our|memory|unified)*)$")
_ASSUMED_HOST_GIB = 16.0
_MOST_REFITTED = 4
"""Times its memory in the catalog that a card may be stated to have; more is another card ("A1000 80GB")."""


_ASSUMED = re.compile(r"assumed|taken for|could be|memory as stated|lower quartile|slice|typical|usual")


def assumed_of(hardware: Hardware) -> str:
    """What was assumed of a device that a name did not tell, without the id of the source; empty if nothing."""
    parts = hardware.source.split("; ")
    if not any(map(_ASSUMED.search, parts)):
        return ""
    return "; ".join(parts if _ASSUMED.search(parts[-1]) else parts[:-1])


class DeviceBook:
    """All devices by name. Costs nothing to build; the index is made at the first name that is looked up."""

    def __init__(
        self,
        hardware: Iterable[Row | Sequence[Any]],
        aliases: Iterable[Row | Sequence[Any]] = (),
        prices: Iterable[Row | Sequence[Any]] = (),
        measured: Callable[[str], tuple[Measured, ...]] = lambda device: (),
    ) -> None:
        """A book of devices.

        Args:
            hardware: rows of the table of this name, as mappings or as tuples in the order of the schema.
            aliases: rows of `hardware_aliases`.
            prices: rows of `prices`.
            measured: what is published of models on a device, by its name.
        """
        self._measured = measured
        self._hardware = _rows(hardware, HARDWARE_COLUMNS)
        self._aliases = _rows(aliases, ALIAS_COLUMNS)
        self.prices = _rows(prices, PRICE_COLUMNS)
        self._index: dict[str, tuple[_Choice, ...]] | None = None
        self._by_name: dict[str, Row] | None = None
        self._telling: frozenset[tuple[str, ...]] | None = None

    def names(self) -> tuple[str, ...]:
        """Every device name and alias, in order."""
        return tuple(
            sorted({str(row["name"]) for row in self._hardware} | {str(row["alias"]) for row in self._aliases})
        )

    def parse(self, text: str) -> Hardware:
        """The hardware that a text names: "4090", "2x A100 80GB", "M3 Max 36GB", "aws g5.xlarge", "cpu 16GB",
        "this-machine".

        Raises:
            UnknownHardware: no device has this name; suggestions are the nearest ones.
            InvalidInput: the text counts no device or more than a machine has, it means a part of one that is no slice,
                or the device shares the memory of its host and the text does not say how much there is.
        """
        if slices.of_part(text):
            raise _bad_part(text)
        if cut := slices.named(text):
            return slices.cut(self.parse(cut.card), cut, text)
        if found := self.named(text):
            return found
        if (rest := without_count(text)) and self._find(take_apart(rest)):
            raise _bad_count(text)
        return self._surest_in(text)

    def named(self, text: str) -> Hardware | None:
        """The hardware whose name is the whole text; None if there is none of that name.

        Raises:
            InvalidInput: the text counts no device, or the device shares the memory of its host and the text does not
                say how much there is.
        """
        if device_key(text) in THIS_MACHINE:
            from advisor.sizing.detect import this_machine
            from advisor.sizing.local import calibrated, load

            machine = this_machine()
            return calibrated(self.known(machine), load(machine))
        words = take_apart(text)
        if words.number == 0:
            raise _bad_count(text)
        if not words.key or _NO_MODEL.match(words.key):
            return self._by_memory(text, words)
        choices = self._find(words)
        if not choices and (sized := self._with_size(text)):
            return self.named(sized)
        if exact := self._exact(text):
            words = DeviceText(words.key, 1, None, None)
            choices = (_Choice(exact, 1, None, None),)
        if not choices:
            return None
        words = _of_the_card(text, words, choices[0])
        possible = [choice for choice in choices if choice.holds(words.memory_gib)]
        return self._hardware_of(words, possible) if possible else None

    def known(self, machine: Hardware) -> Hardware:
        """A detected machine with the figures that the catalog has of its device; what was detected wins."""
        choices = self._find(take_apart(machine.name)) or self._find(
            take_apart(re.sub(r"\s+\d+-core.*|\s+with.*|@.*", "", machine.name, flags=re.I))
        )
        if not choices:
            return machine
        row = min(choices, key=lambda choice: abs((choice.row["memory_gib"] or 0) - machine.memory_gib)).row
        found = _from_row(row, memory_gib=machine.memory_gib).model_dump()
        found["measured"] = self._measured(str(row["name"])) if machine.count == 1 else ()
        empty = (None, ())
        stated = {key: value for key, value in machine.model_dump().items() if value not in empty and key != "source"}
        return Hardware.model_validate(
            {**found, **stated, "source": f"{machine.source}; figures of {row['name']} ({row['source_id']})"[:200]}
        )

    def choices(self, text: str) -> tuple[Hardware, ...]:
        """Every device that a name could mean, least memory first; empty if none."""
        words = take_apart(text)
        return tuple(_from_row(c.row, count=c.count * words.number) for c in self._find(words) if c.row["memory_gib"])

    def find_in_text(self, text: str) -> Mentions:
        """The devices that a free text names, and where it names one that is not known."""
        from advisor.sizing.mentions import find_in_text, telling_names

        if self._telling is None:
            generic = {str(row["alias"]) for row in self._aliases if str(row["hardware"]).startswith("Generic")}
            self._telling = telling_names(name for name in self.names() if name not in generic)
        return find_in_text(self.named, self._telling, text)

    def _surest_in(self, text: str) -> Hardware:
        """The device that stands among other words: "laptop with RTX 4060"."""
        mentions = self.find_in_text(text).known
        surest = [(text[slice(*span)], device) for span, device, sure in mentions if sure == mentions[0].confidence]
        if len(surest) != 1 or names_another(text, surest[0][0], tuple(self._by_key())):
            raise UnknownHardware(text, self._suggestions(text))
        return surest[0][1]

    def _exact(self, text: str) -> Row | None:
        if self._by_name is None:
            self._by_name = {str(row["name"]).casefold(): row for row in self._hardware}
        return self._by_name.get(" ".join(text.casefold().split()))

    def _find(self, words: DeviceText) -> tuple[_Choice, ...]:
        index = self._by_key()
        if not words.key:
            return ()
        found = index.get(words.key, ())
        for prefix in _PREFIXES if not found else ():
            if found := index.get(prefix + words.key, ()):
                break
        return found

    def _with_size(self, text: str) -> str | None:
        """A name that ends in a bare number which is a size of its memory, with the unit: "M1 Ultra 128"."""
        match = re.fullmatch(r"(.*\S)\s(\d{1,4})", " ".join(text.split()))
        sizes = {choice.row["memory_gib"] for choice in self._find(take_apart(match[1]))} if match else set()
        return f"{match[1]} {match[2]}GB" if match and float(match[2]) in sizes else None

    def _by_key(self) -> dict[str, tuple[_Choice, ...]]:
        if self._index is None:
            self._index = self._build_index()
        return self._index

    def _build_index(self) -> dict[str, tuple[_Choice, ...]]:
        rows = {str(row["name"]): row for row in self._hardware}
        by_alias: dict[str, list[_Choice]] = {}
        by_name: dict[str, list[_Choice]] = {}
        for row in self._hardware:
            by_name.setdefault(catalog_key(str(row["name"])), []).append(_Choice(row, 1, None, None))
        for alias in self._aliases:
            if device := rows.get(str(alias["hardware"])):
                key = catalog_key(str(alias["alias"]))
                choice = _Choice(device, int(alias["count"]), alias["host_memory_gib"], str(alias["alias"]))
                by_alias.setdefault(key, []).append(choice)
        index: dict[str, tuple[_Choice, ...]] = {}
        for key in {**by_name, **by_alias}:
            named, aliased = by_name.get(key, []), by_alias.get(key, [])
            preferred = {str(choice.row["name"]) for choice in aliased}
            rest = [choice for choice in named if str(choice.row["name"]) not in preferred]
            index[key] = tuple(sorted(aliased, key=_order)) + tuple(sorted(rest, key=_order))
        return index

    def _hardware_of(self, words: DeviceText, choices: Sequence[_Choice]) -> Hardware:
        memory, host = words.memory_gib, words.host_memory_gib
        pool = [
            c
            for c in choices
            if memory is None or (c.row["memory_gib"] and abs(c.row["memory_gib"] - memory) <= 0.06 * memory)
        ]
        exact = bool(pool)
        choice = (pool or [c for c in choices if c.row["memory_gib"] is None] or choices)[0]
        row = choice.row
        generic = str(row["name"]).startswith("Generic")
        if row["memory_gib"] is None and memory is None:
            if row["kind"] != DeviceKind.CPU:
                problem = Problem(
                    "hardware", f"{row['name']} shares the memory of its host", f'its size too, "{row["name"]} 16GB"'
                )
                raise InvalidInput([problem])
            memory = _ASSUMED_HOST_GIB
            note = f"assumed {memory:g} GB of memory; say another size"
        elif not exact and row["memory_gib"] is not None and not generic:
            sizes = sorted({c.row["memory_gib"] for c in choices if c.row["memory_gib"]})
            note = f"memory as stated; the catalog knows {', '.join(f'{size:g}' for size in sizes)} GB"
        else:
            others = sorted({str(c.row["name"]) for c in (pool or choices)} - {str(row["name"])})
            note = f"taken for {row['name']}; could be {', '.join(others)}" if others and memory is None else ""
            if generic:
                note = f"{row['note']}; {row['memory_gib']:g} GB" if memory is None else str(row["note"])
        count = choice.count * words.number
        price = self._price(str(row["name"]), count)
        return _from_row(
            row,
            count=count,
            measured=self._measured(str(row["name"])) if count == 1 else (),
            memory_gib=memory if memory is not None and not (exact and row["memory_gib"]) else row["memory_gib"],
            host_memory_gib=host or choice.host_memory_gib,
            usd_per_hour=price,
            note=note,
        )

    def _price(self, name: str, count: int) -> float | None:
        """The median rent of `count` such devices over all listed instances; None without a price."""
        prices = sorted(p["usd_per_hour"] / p["count"] for p in self.prices if p["hardware"] == name and p["count"])
        return round(prices[len(prices) // 2] * count, 4) if prices else None

    def _by_memory(self, text: str, words: DeviceText) -> Hardware:
        """A device of which only the memory is known: "24 GB GPU", "16GB"."""
        if words.memory_gib is None:
            raise UnknownHardware(text, self._suggestions(text))
        if not re.search(r"gpu|card|vram|graphics", text, re.I):
            return Hardware(
                name=f"{words.memory_gib:g} GB", kind=DeviceKind.CPU, memory_gib=words.memory_gib,
                memory_bandwidth_gb_s=51.2,
                count=1, source="memory as stated; assumed a processor with dual-channel DDR4-3200",
            )  # fmt: skip
        peers = sorted(
            float(row["memory_bandwidth_gb_s"])
            for row in self._hardware
            if row["kind"] == DeviceKind.GPU
            and row["memory_gib"] == words.memory_gib
            and row["memory_bandwidth_gb_s"]
            and (row["year"] or 0) >= 2020
        )
        return Hardware(
            name=f"{words.memory_gib:g} GB GPU", kind=DeviceKind.GPU, memory_gib=words.memory_gib, count=words.number,
            memory_bandwidth_gb_s=peers[len(peers) // 4] if peers else None, host_memory_gib=words.host_memory_gib,
            source="memory as stated" + ("; bandwidth: lower quartile of such cards since 2020" if peers else ""),
        )  # fmt: skip

    def _suggestions(self, text: str) -> tuple[str, ...]:
        memory = take_apart(text).memory_gib
        return look_alikes(
            text,
            (
                Known(key, choice.name_with(memory), choice.row["memory_gib"], choice.row["year"] or 0)
                for key, choices in self._by_key().items()
                for choice in choices
            ),
        )


def _rows(rows: Iterable[Row | Sequence[Any]], columns: Sequence[str]) -> tuple[Row, ...]:
    return tuple(row if isinstance(row, Mapping) else dict(zip(columns, row, strict=True)) for row in rows)


class _Choice:
    __slots__ = ("alias", "count", "host_memory_gib", "row")

    def __init__(self, row: Row, count: int, host_memory_gib: float | None, alias: str | None) -> None:
        self.row, self.count, self.host_memory_gib, self.alias = row, count, host_memory_gib, alias

    def name_with(self, memory_gib: float | None) -> str:
        """The name to ask for it, with its memory if that is what was asked for."""
        if self.alias is None:
            return str(self.row["name"])
        return f"{self.alias} {memory_gib:g}GB" if memory_gib and memory_gib == self.row["memory_gib"] else self.alias

    def holds(self, memory_gib: float | None) -> bool:
        """Whether a stated memory can be its own: cards are refitted, but not with many times their memory."""
        own = self.row["memory_gib"]
        return not (memory_gib and own and self.row["kind"] == DeviceKind.GPU and memory_gib > _MOST_REFITTED * own)


def _bad_part(text: str) -> InvalidInput:
    expected = "whole devices, or a MIG slice as in A100 MIG 3g.20gb"
    return InvalidInput([Problem("hardware", f"{text!r} is a part of a device", expected)])


def _bad_count(text: str) -> InvalidInput:
    expected = f"1 to {MOST_DEVICES} devices, as in 2x A100 80GB"
    return InvalidInput([Problem("hardware", f"{text!r} is no number of devices", expected)])


def _of_the_card(text: str, words: DeviceText, choice: _Choice) -> DeviceText:
    """The words with memory that is the host's told from the card's: "RTX 4090, 64 GB RAM"."""
    if (
        words.host_memory_gib is None
        and choice.row["kind"] == DeviceKind.GPU
        and re.search(r"(?<!v)(?<!d)\bram\b", text, re.I)
    ):
        return words._replace(memory_gib=None, host_memory_gib=words.memory_gib)
    return words


def _order(choice: _Choice) -> tuple[float, float, str]:
    row = choice.row
    return (row["memory_gib"] or float("inf"), row["memory_bandwidth_gb_s"] or float("inf"), str(row["name"]))


def _from_row(
    row: Row,
    *,
    count: int = 1,
    memory_gib: float | None = None,
    host_memory_gib: float | None = None,
    usd_per_hour: float | None = None,
    measured: tuple[Measured, ...] = (),
    note: str = "",
) -> Hardware:
    memory = memory_gib or row["memory_gib"]
    kind = DeviceKind(row["kind"])
    fp16 = row["fp16_tflops"] or (row["fp32_tflops"] if kind is DeviceKind.CPU else None)
    return Hardware(
        name=str(row["name"]),
        kind=kind,
        vendor=Vendor(row["vendor"]),
        architecture=row["architecture"],
        count=count,
        memory_gib=float(memory or 0),
        memory_bandwidth_gb_s=row["memory_bandwidth_gb_s"],
        fp16_tflops=fp16,
        compute_capability=row["compute_capability"],
        tdp_w=row["tdp_w"],
        host_memory_gib=host_memory_gib,
        usd_per_hour=usd_per_hour,
        levels=shipped_levels(str(row["name"])),
        measured=measured,
        source="; ".join(filter(None, [note, str(row["source_id"])]))[:200],
    )
