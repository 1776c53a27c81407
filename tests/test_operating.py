"""The files for operators promise what the threat model says."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from socprot.engine.limits import MIB, Limits

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "server"
CONTAINER = (SERVER / "Containerfile").read_text(encoding="utf-8")
UNIT = (SERVER / "socprot.service").read_text(encoding="utf-8")
STAGES = re.split(r"^(?=FROM )", CONTAINER.replace("\\\n", ""), flags=re.MULTILINE)


def settings() -> dict[str, list[str]]:
    """What the unit sets, each as often as it does."""
    found = defaultdict(list)
    for line in UNIT.splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CapabilityBoundingSet", ""),
        ("DynamicUser", "yes"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("NoNewPrivileges", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateTmp", "yes"),
        ("ProtectHome", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectSystem", "strict"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("RestrictNamespaces", "yes"),
        ("SystemCallArchitectures", "native"),
    ],
)
def test_the_unit_gives_up_every_privilege(name: str, value: str) -> None:
    assert settings()[name] == [value]


def test_the_unit_has_bounds() -> None:
    held = settings()
    assert held["IPAddressDeny"] == ["any"]
    assert held["SystemCallFilter"] == ["@system-service", "~@privileged"]
    assert int(held["TimeoutStopSec"][0]) > 35  # the drain of `Traffic`
    assert not any("root" in value for value in held["User"])


def test_the_memory_to_plan_is_what_the_limits_allow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socprot.engine.limits._processors", lambda: 2)
    limits = Limits()
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.search(
        r"plan (\d+) MiB for each worker: processors \+ (\d+) quick ones and "
        r"processors \+ (\d+) slow ones, which is (\d+) GiB on a machine of two",
        " ".join(guide.split()),
    )
    assert told
    each, quick, slow, together = map(int, told.groups())
    assert limits.memory_bytes == each * MIB
    assert (limits.quick_workers, limits.slow_lane) == (2 + quick, 2 + slow)
    workers = limits.quick_workers + limits.slow_lane
    assert workers * each == together * 1024
    assert workers == 10
    assert f"# Ten workers of {each} MiB on a machine of two processors" in UNIT
    # The rest is for the graph and the server.
    assert settings()["MemoryMax"] == [f"{together + 1}G"]


def test_the_unit_listens_on_loopback_and_writes_only_its_cache() -> None:
    held = settings()
    assert "HOST=127.0.0.1" in held["Environment"]
    assert "SOCPROT_BUNDLES=%C/socprot" in held["Environment"]
    assert held["CacheDirectory"] == ["socprot"]
    assert "ReadWritePaths" not in held
    assert held["ExecStart"] == ["/opt/socprot/bin/socprot serve"]


def test_the_image_is_made_in_two_stages() -> None:
    _, build, final = STAGES
    base = "docker.io/library/python:3.11-slim"
    assert build.startswith(f"FROM {base} AS build\n")
    assert final.startswith(f"FROM {base}\n")
    assert "pip wheel" in build
    assert "socprot build" in build
    assert 'socprot export --all "$SOCPROT_BUNDLES/current/export"' in build
    assert "RUN" not in final  # nothing is made there: neither pip nor sources remain


def test_the_image_runs_without_privileges() -> None:
    final = STAGES[-1]
    (user,) = re.findall(r"^USER (\d+):(\d+)$", final, re.MULTILINE)
    assert all(int(number) > 0 for number in user)
    assert "--read-only --cap-drop ALL" in CONTAINER
    assert "HOST=0.0.0.0" in final
    assert re.search(r"^HEALTHCHECK .*/healthz", final, re.MULTILINE)
    assert 'CMD ["serve"]' in final
    assert "VOLUME" not in final


def test_the_image_holds_every_part_of_the_graph() -> None:
    from socprot.files import Part

    parts = {str(part) for part in Part.__args__}  # type: ignore[attr-defined]
    copied = set(re.findall(r"^COPY (\w+)/ ", STAGES[1], re.MULTILINE))
    assert copied == {*parts, "server"}
