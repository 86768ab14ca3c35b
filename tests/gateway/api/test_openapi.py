"""The OpenAPI document is valid, and true: of every address, parameter and answer."""

from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.api import openapi
from gateway.api.app import open_data
from gateway.api.endpoints import ENDPOINTS
from gateway.web.limits import TokenBuckets
from gateway.wording import Wording
from tests.gateway.api.open_site import AIR, GATE, HOUR, NOW, WEATHER, OpenSite, air, asking
from tests.gateway.resident_site import device

DOCUMENT = openapi.document("La Fabrique")
VALUES = {"town": "gonesse", "device": "meteo"}


def strict(schema: Any) -> Any:
    """Return a schema that allows no field that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {name: strict(part) for name, part in schema.items()}
    if whole.get("type") == "object" and "properties" in whole:
        whole["additionalProperties"] = False
    return whole


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    whole = {**strict(schema), "components": strict(DOCUMENT["components"])}
    return Draft202012Validator(whole, format_checker=FormatChecker())


@pytest.fixture
def filled(site: OpenSite) -> OpenSite:
    site.store(AIR, air(400))
    outdoors = [
        (NOW - 600 + n * 60.5, {"temperature": 5 + n / 8, "humidity": 80.0, "pressure": 1013.25})
        for n in range(9)
    ]
    site.store(WEATHER, outdoors)
    passed = [
        (NOW - n * HOUR + 5, {"entries": 12.0 - 2 * n, "exits": 3.0}) for n in range(6, -1, -1)
    ]
    site.store(GATE, passed)
    box = next(iter(site.live.objects("gonesse"))).key._replace(device="urne")
    site.registry.add(device(box, "vote", "Accueil", "Boîte"))
    site.registry.set_wording(box, Wording({"fr": "Oui ?"}, ({"fr": "Oui"}, {"fr": "Non"}), NOW))
    site.now = NOW + 120
    return site


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


async def test_the_document_that_is_served_is_this_one(site: OpenSite) -> None:
    async with asking(site) as client:
        assert (await client.get("/openapi.json")).json() == DOCUMENT


def test_every_route_is_in_the_document_and_every_path_is_a_route(site: OpenSite) -> None:
    app = open_data(site.settings, site.journal._path, site.live, TokenBuckets(1, 1.0))
    routes = {route.path for route in app.routes} - {openapi.ADDRESS}  # type: ignore[attr-defined]
    assert routes == set(DOCUMENT["paths"])


@pytest.mark.parametrize("path", DOCUMENT["paths"])
async def test_every_answer_is_as_the_document_says(filled: OpenSite, path: str) -> None:
    told = DOCUMENT["paths"][path]["get"]["responses"]
    things = ["meteo", "air-101", "portail", "urne", "lampe"] if "{device}" in path else [""]
    async with asking(filled) as client:
        for thing in things:
            address = path.format(town="gonesse", device=thing)
            for accept in told["200"]["content"]:
                answer = await client.get(address, headers={"accept": accept})
                assert str(answer.status_code) in told
                if answer.status_code == 204:
                    continue
                assert answer.status_code == 200
                assert answer.headers["content-type"].partition(";")[0] == accept
                if accept != "text/csv":
                    validator(told["200"]["content"][accept]["schema"]).validate(answer.json())


@pytest.mark.parametrize("path", [path for path in DOCUMENT["paths"] if "{device}" in path])
async def test_every_refusal_is_as_the_document_says(filled: OpenSite, path: str) -> None:
    told = DOCUMENT["paths"][path]["get"]["responses"]
    async with asking(filled, accept="image/png") as client:
        for address in (
            path.format(town="gonesse", device="nobody"),
            path.format(town="gonesse", device="meteo") + "?nothing=1",
        ):
            answer = await client.get(address)
            content = told[str(answer.status_code)]["content"]
            schema = content[answer.headers["content-type"]]["schema"]
            validator(schema).validate(answer.json())


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
async def test_every_parameter_takes_its_example_and_its_schema_knows_it(
    filled: OpenSite, endpoint: Any
) -> None:
    operation = DOCUMENT["paths"][endpoint.path]["get"]
    address = endpoint.path.format(**VALUES)
    async with asking(filled) as client:
        for parameter in operation["parameters"]:
            example = parameter["example"]
            Draft202012Validator(parameter["schema"]).validate(example)
            if parameter["in"] == "query":
                text = ",".join(example) if isinstance(example, list) else str(example)
                pair = {parameter["name"]: text}
                if parameter["name"] == "from":
                    pair["to"] = "2026-03-02"
                answer = await client.get(address, params=pair)
                assert answer.status_code == 200, answer.text
                twice = await client.get(address, params=[*pair.items(), *pair.items()])
                assert twice.status_code == 400


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_the_page_for_people_names_every_address(endpoint: Any) -> None:
    from gateway.web.open_data import _addresses

    assert any(path.endswith(endpoint.path) and text for path, _forms, text in _addresses())
