import re
from typing import Any

import pytest
import yaml

from runcoach.embedded.temporal_setup import SEARCH_ATTRIBUTES
from runcoach.settings import ALL_QUEUES
from tests.deploy.compose import COMPOSE, LASTING, ONE_SHOTS, PROJECT, SERVICES, Service

ALL = sorted(SERVICES)
OURS = sorted(name for name, service in SERVICES.items() if str(service["image"]).startswith("runcoach:"))


def secrets_of(service: Service) -> set[str]:
    return set(service.get("secrets", []))


def test_every_service_and_volume_that_the_readme_names_is_there() -> None:
    text = (PROJECT / "deploy" / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z][a-z, -]+) \|", text, re.MULTILINE)
    named = {name for row in table for name in row.split(", ")}
    assert named == set(SERVICES)
    assert {"db_data", "raw_payloads", "fit_data", "logs", "backups"} <= set(COMPOSE["volumes"])
    for volume in ("db_data", "raw_payloads", "fit_data", "logs", "backups"):
        assert f"`{volume}`" in text
        assert any(
            str(mount).startswith(f"{volume}:") for s in SERVICES.values() for mount in s.get("volumes", [])
        )


@pytest.mark.parametrize("name", ALL)
def test_no_service_runs_as_root_or_can_gain_rights(name: str) -> None:
    service = SERVICES[name]
    assert int(str(service["user"]).split(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not service.get("privileged")
    assert "docker.sock" not in str(service.get("volumes"))


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= check.keys()
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_one_shots_are_tried_again_but_not_for_ever() -> None:
    assert {"migrate", "temporal-schema", "temporal-namespace"} == ONE_SHOTS
    assert {SERVICES[name]["restart"] for name in ONE_SHOTS} == {"on-failure:6"}


@pytest.mark.parametrize("name", ALL)
def test_nobody_waits_for_a_health_check_that_is_not_there(name: str) -> None:
    for other, when in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        if when["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]


def values(node: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [pair for key, value in node.items() for pair in values(value, f"{path}.{key}")]
    if isinstance(node, list):
        return [pair for value in node for pair in values(value, path)]
    return [(path, str(node))]


def test_no_secret_stands_in_the_file() -> None:
    secret = re.compile(r"(password|secret|api_?key|token|_pwd)(?!.*(file|__file)$)", re.IGNORECASE)
    for path, value in values(SERVICES):
        name = path.rpartition(".")[2]
        if secret.search(name) and name != "secrets":
            assert value in ("", "false", "true"), f"{path} = {value}"
        assert "://" not in value or "@" not in value, f"{path} holds a login: {value}"
    assert {value.split("/")[0] for _, value in values(COMPOSE["secrets"])} == {"secrets"}


def test_every_secret_that_is_used_is_declared_and_made_by_the_script() -> None:
    used = {secret for service in SERVICES.values() for secret in secrets_of(service)}
    assert used == set(COMPOSE["secrets"])
    script = (PROJECT / "deploy" / "compose" / "make-secrets.sh").read_text(encoding="utf-8")
    assert [name for name in used if name not in script] == []


def test_each_process_gets_only_its_own_secrets() -> None:
    assert secrets_of(SERVICES["ui"]) == set()
    holders = {
        secret: sorted(name for name in OURS if secret in secrets_of(SERVICES[name]))
        for secret in ("openai_api_key", "runcoach_database_url", "runcoach_strava_client_secret")
    }
    assert holders == {
        "openai_api_key": ["worker-llm"],
        "runcoach_database_url": ["migrate"],
        "runcoach_strava_client_secret": ["worker-strava"],
    }
    assert "runcoach_vault_key" not in secrets_of(SERVICES["worker-llm"]) | secrets_of(SERVICES["backup"])


def test_every_queue_has_its_worker() -> None:
    served = [
        queue
        for name, service in SERVICES.items()
        if name.startswith("worker-")
        for queue in str(service["environment"]["RUNCOACH_WORKER_QUEUES"]).split(",")
    ]
    assert sorted(served) == sorted(ALL_QUEUES)
    assert SERVICES["worker-llm"]["environment"]["RUNCOACH_WORKER_QUEUES"] == "llm"


def test_only_caddy_is_reached_from_outside() -> None:
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    outside = {
        name for name, ports in published.items() if not all(p.startswith("127.0.0.1:") for p in ports)
    }
    assert outside == {"caddy"}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("postgres", "temporal", "loki", "prometheus", "backup"):
        assert SERVICES[name]["networks"] == ["back"]
    assert SERVICES["ui"]["networks"] == ["front"]


def test_every_mounted_file_of_ours_is_in_the_project() -> None:
    mounts = [str(mount) for service in SERVICES.values() for mount in service.get("volumes", [])]
    ours = {mount.split(":")[0] for mount in mounts if mount.startswith("./")}
    assert ours
    assert [path for path in ours if not (PROJECT / path).exists()] == []
    assert [mount for mount in mounts if mount.startswith("./") and not mount.endswith(":ro")] == []


def test_images_are_pinned() -> None:
    for name, service in SERVICES.items():
        tag = str(service["image"]).partition(":")[2]
        assert tag, name
        assert tag != "latest", name


def test_every_configuration_file_is_well_formed() -> None:
    files = list((PROJECT / "deploy" / "compose").rglob("*.y*ml"))
    assert len(files) >= 5
    for file in files:
        assert yaml.safe_load(file.read_text(encoding="utf-8")), file


def test_the_cluster_gets_the_same_search_attributes_as_the_embedded_server() -> None:
    script = (PROJECT / "deploy" / "compose" / "temporal" / "namespace.sh").read_text(encoding="utf-8")
    assert dict(re.findall(r"^(Rc\w+) (\w+)$", script, re.MULTILINE)) == SEARCH_ATTRIBUTES
