"""Detection reads what the tools print; the outputs here have the form that the tools write."""

from pathlib import Path

import pytest

from advisor.domain.hardware import DeviceKind, Vendor
from advisor.sizing.detect import amd, apple, cpu, intel, nvidia, this_machine

HOST = cpu.Host("AMD Ryzen 9 7950X 16-Core Processor", 16, 64.0, 50.0, "Linux")


def test_nvidia_equal_cards_count_and_the_fullest_decides() -> None:
    gpus = nvidia.parse(
        "NVIDIA GeForce RTX 4090, 24564, 23028, 8.9, 450.00\nNVIDIA GeForce RTX 4090, 24564, 10240, 8.9, 450.00\n"
    )
    hardware = nvidia.describe(gpus, HOST)
    assert hardware is not None
    assert (hardware.name, hardware.count, hardware.kind, hardware.vendor) == (
        "NVIDIA GeForce RTX 4090",
        2,
        DeviceKind.GPU,
        Vendor.NVIDIA,
    )
    assert hardware.memory_gib == pytest.approx(23.99, abs=0.01)
    assert hardware.memory_free_gib == 10.0
    assert (hardware.compute_capability, hardware.tdp_w, hardware.host_memory_gib) == (8.9, 450, 50)


def test_nvidia_with_shared_memory_takes_the_hosts() -> None:
    hardware = nvidia.describe(nvidia.parse("NVIDIA GB10, [N/A], [N/A], 12.1, [N/A]\n"), HOST)
    assert hardware is not None
    assert (hardware.kind, hardware.memory_gib, hardware.memory_free_gib, hardware.tdp_w) == (
        DeviceKind.UNIFIED,
        64,
        50,
        None,
    )


@pytest.mark.parametrize(
    "text", ["", "\n", "No devices were found\n", "NVIDIA-SMI has failed because it couldn't communicate\n"]
)
def test_nvidia_without_a_card(text: str) -> None:
    assert nvidia.describe(nvidia.parse(text), HOST) is None


def test_amd() -> None:
    text = (
        '{"card0": {"VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "1073741824", '
        '"Card Series": "Radeon RX 7900 XTX", "Card SKU": "EXT94"}, "system": {"Driver version": "6.3"}}'
    )
    hardware = amd.describe(text, HOST)
    assert hardware is not None
    assert (hardware.name, hardware.kind, hardware.memory_gib, hardware.memory_free_gib) == (
        "Radeon RX 7900 XTX",
        DeviceKind.GPU,
        23.98,
        22.98,
    )


def test_amd_with_little_memory_of_its_own_shares() -> None:
    hardware = amd.describe('{"card0": {"VRAM Total Memory (B)": "536870912", "Card Series": "AMD Radeon 780M"}}', HOST)
    assert hardware is not None
    assert (hardware.kind, hardware.memory_gib) == (DeviceKind.UNIFIED, 64)


@pytest.mark.parametrize("text", ["", "{}", "WARNING: no GPU", '{"system": {}}'])
def test_amd_without_a_card(text: str) -> None:
    assert amd.describe(text, HOST) is None


def test_apple() -> None:
    hardware = apple.describe("Apple M3 Max\n", HOST._replace(memory_gib=36, free_gib=20))
    assert hardware is not None
    assert (hardware.name, hardware.kind, hardware.memory_free_gib) == ("Apple M3 Max 36GB", DeviceKind.UNIFIED, 20)
    assert apple.describe("Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz", HOST) is None


def test_intel() -> None:
    assert intel.device_ids('{"device_list": [{"device_id": 0, "device_type": "GPU"}]}') == [0]
    text = '{"device_name": "Intel(R) Arc(TM) B580 Graphics", "memory_physical_size_byte": "12216958976"}'
    hardware = intel.describe(text, 1, HOST)
    assert hardware is not None
    assert (hardware.vendor, hardware.memory_gib) == (Vendor.INTEL, 11.38)
    assert intel.describe("{}", 1, HOST) is None


def test_processor_names() -> None:
    assert cpu.processor_name("processor\t: 0\nmodel name\t: Intel(R) Core(TM) i7-12700H\n") == "Intel Core i7-12700H"
    assert cpu.processor_name("Model\t\t: Raspberry Pi 5 Model B Rev 1.0\n") == "Raspberry Pi 5 Model B Rev 1.0"
    assert cpu.processor_name("") is None


def test_a_container_limits_the_memory(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("2147483648\n")
    (tmp_path / "memory.current").write_text("1073741824\n")
    assert cpu.control_group_gib(tmp_path) == (2, 1)
    (tmp_path / "memory.max").write_text("max\n")
    assert cpu.control_group_gib(tmp_path) == (None, None)


def test_this_machine_always_answers() -> None:
    hardware = this_machine()
    assert hardware.memory_gib > 0
    assert hardware.memory_free_gib is not None
    assert hardware.source.startswith("detected")
