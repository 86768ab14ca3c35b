"""A push brings Grafana to what is wanted, changes nothing else, and nothing twice."""

import copy

import pytest

from dashboards.grafana.push.kinds.data_source import Secret
from dashboards.grafana.push.push import Wanted
from dashboards.grafana.push.words import report
from kit.errors import FabnumError
from kit.settings import AlertRule, Alerts
from tests.dashboards.grafana.push.wishes import (
    BOTH,
    FRENCH,
    TOKENS,
    TOWN_BOARDS,
    board,
    pushed,
    site,
    steps,
    town,
)
from tests.dashboards.grafana_server import GrafanaServer, Place

MAIL = "fab@example.org"


def everything() -> tuple[Wanted, ...]:
    """Return the whole site."""
    return site(MAIL), town(), town("Hem")


def test_the_first_push_makes_it_all(grafana: GrafanaServer) -> None:
    done = pushed(grafana, *everything())
    assert {verb for verb, _key in steps(done)} <= {"make", "change"}
    gonesse = grafana.place("Gonesse")
    assert gonesse.boards.keys() == {"fabnum-town-fr", "fabnum-public-fr"}
    assert gonesse.boards["fabnum-town-fr"]["meta"]["folderUid"] == "fabnum-fr"
    assert gonesse.teams.keys() == {"Lecteurs"}
    assert {"teamId": gonesse.teams["Lecteurs"]["id"], "permission": 1} in gonesse.rights[
        "fabnum-fr"
    ]
    assert gonesse.public["fabnum-public-fr"]["isEnabled"]
    own = grafana.place("Fablab du Val")
    assert own.rules
    assert own.contact_points["fabnum-mail"]["settings"]["addresses"] == MAIL
    assert own.policy["routes"][0]["receiver"] == "fabnum"
    assert own.mute_timings.keys() == {"fabnum-quiet-hours"}
    assert not gonesse.rules


def test_the_second_push_changes_nothing(grafana: GrafanaServer) -> None:
    pushed(grafana, *everything())
    grafana.forget_calls()
    done = pushed(grafana, *everything())
    assert grafana.changes == []
    assert steps(done) == []


def test_the_address_of_a_public_board_is_told_and_stays(grafana: GrafanaServer) -> None:
    [first] = pushed(grafana, town())
    [second] = pushed(grafana, town())
    token = grafana.place("Gonesse").public["fabnum-public-fr"]["accessToken"]
    address = f"{grafana.url}/public-dashboards/{token}"
    assert first.public == second.public == {"fabnum-public-fr": address}
    assert any(address in line for line in report(second, dry_run=False))


def test_a_dry_run_sends_nothing_but_reads(grafana: GrafanaServer) -> None:
    before = grafana.state()
    done = pushed(grafana, *everything(), dry_run=True)
    assert grafana.changes == []
    assert grafana.state() == before
    real = pushed(grafana, *everything())
    assert [key for _verb, key in steps(done)] == [key for _verb, key in steps(real)]
    assert pushed(grafana, *everything(), dry_run=True)[0].steps == ()


def test_a_changed_board_changes_only_that_board(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    grafana.forget_calls()
    changed = town("Gonesse", board("town", title="Tous nos objets"), TOWN_BOARDS[1])
    [done] = pushed(grafana, changed)
    assert [call.body["dashboard"]["uid"] for call in grafana.changes] == ["fabnum-town-fr"]
    [step] = done.steps
    assert [tuple(difference) for difference in step.differences] == [
        ("title", "Tous nos objets", "Nos objets")
    ]
    assert any("Nos objets → Tous nos objets" in line for line in report(done, dry_run=False))


def test_what_was_changed_by_hand_shows_and_is_put_back(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    place = grafana.place("Gonesse")
    wanted = copy.deepcopy(place.boards["fabnum-town-fr"]["dashboard"])
    by_hand = place.boards["fabnum-town-fr"]["dashboard"]
    by_hand["panels"][-1]["title"] = "Salut"
    by_hand["panels"].append({"id": 99, "title": "À moi", "type": "text"})
    by_hand["tags"] = []
    by_hand["version"] += 4
    place.public["fabnum-public-fr"]["annotationsEnabled"] = True
    [done] = pushed(grafana, town())
    assert {key for _verb, key in steps([done])} == {"fabnum-town-fr", "fabnum-public-fr"}
    lines = "\n".join(report(done, dry_run=False))
    assert "“À moi”" in lines
    assert "Salut → Bonjour" in lines
    now = place.boards["fabnum-town-fr"]["dashboard"]
    assert {**now, "version": 0} == {**wanted, "version": 0}
    assert not place.public["fabnum-public-fr"]["annotationsEnabled"]


def test_a_public_board_that_a_town_has_paused_stays_paused(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    public = grafana.place("Gonesse").public["fabnum-public-fr"]
    public["isEnabled"] = False
    [done] = pushed(grafana, town())
    assert (done.steps, done.public) == ((), {})
    public["annotationsEnabled"] = True
    [done] = pushed(grafana, town())
    assert [step.verb for step in done.steps] == ["change"]
    now = grafana.place("Gonesse").public["fabnum-public-fr"]
    assert (now["isEnabled"], now["annotationsEnabled"]) == (False, False)


@pytest.mark.parametrize(
    ("part", "key", "field", "value"),
    [
        ("data_sources", "fabnum", "url", "http://elsewhere:8086"),
        ("data_sources", "fabnum", "basicAuth", True),
        ("data_sources", "fabnum", "jsonData", {"dbName": "fabnum__site", "httpMode": "POST"}),
        ("folders", "fabnum-fr", "title", "Mes tableaux"),
        ("contact_points", "fabnum-mail", "settings", {"addresses": "spy@example.org"}),
        ("mute_timings", "fabnum-quiet-hours", "time_intervals", []),
        ("rules", "fabnum-alerts-disk", "for", "1d"),
        ("rules", "fabnum-alerts-disk", "isPaused", True),
        ("rules", "fabnum-alerts-disk", "labels", {"fabnum": "disk"}),
    ],
)
def test_every_kind_of_thing_is_put_back(
    grafana: GrafanaServer, part: str, key: str, field: str, value: object
) -> None:
    pushed(grafana, site(MAIL))
    place = grafana.place("Fablab du Val")
    before = place.state()
    getattr(place, part)[key][field] = value
    [done] = pushed(grafana, site(MAIL))
    assert len(done.steps) == 1
    assert place.state() == before


def test_what_a_town_added_itself_stays(grafana: GrafanaServer) -> None:
    pushed(grafana, *everything())
    place, own = grafana.place("Gonesse"), grafana.place("Fablab du Val")
    _add_by_hand(place, own)
    before = grafana.state()
    changed = town("Gonesse", board("town", title="Anders"), TOWN_BOARDS[1])
    quiet = Alerts(quiet_from="20:00", remind_hours=3, rules={"disk": AlertRule(limit=5)})
    written = steps(pushed(grafana, site(MAIL, alerts=quiet), changed, prune=True))
    rewritten = {"fabnum-alerts-gateway", "policy", "fabnum-fr", "fabnum-town-fr"}
    assert rewritten <= {key for _verb, key in written}
    after = grafana.state()
    for name in ("Gonesse", "Fablab du Val"):
        for part in ("boards", "teams", "contact_points", "rules", "data_sources"):
            mine = {key: kept for key, kept in before[name][part].items() if "by-hand" in key}
            there = {key: kept for key, kept in after[name][part].items() if "by-hand" in key}
            assert mine == there
    assert {"receiver": "by-hand", "routes": []} in own.policy["routes"]
    assert {"userId": 7, "permission": 4} in place.rights["fabnum-fr"]


def _add_by_hand(place: Place, own: Place) -> None:
    copied = copy.deepcopy(place.boards["fabnum-town-fr"])
    copied["dashboard"].update(uid="by-hand", title="Copie")  # it keeps the tag
    place.boards["by-hand"] = copied
    place.teams["by-hand"] = {**place.teams["Lecteurs"], "id": 4711, "name": "by-hand"}
    place.rights["fabnum-fr"] = [
        {"role": "Viewer", "permission": 1},
        {"userId": 7, "permission": 4},
    ]
    own.data_sources["by-hand"] = {**own.data_sources["fabnum"], "uid": "by-hand", "name": "X"}
    own.contact_points["by-hand"] = {
        "uid": "by-hand",
        "name": "by-hand",
        "type": "email",
        "settings": {"addresses": "x@example.org"},
    }
    own.policy["routes"] = [{"receiver": "by-hand", "routes": []}]
    rule = copy.deepcopy(own.rules["fabnum-alerts-disk"])
    own.rules["rule-by-hand"] = {**rule, "uid": "rule-by-hand", "title": "by hand"}


def test_rights_that_a_folder_inherits_are_not_made_its_own(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    place = grafana.place("Gonesse")
    place.rights["fabnum-fr"] = [{"role": "Editor", "permission": 2, "inherited": True}]
    pushed(grafana, town())
    team = {"teamId": place.teams["Lecteurs"]["id"], "permission": 1}
    assert place.rights["fabnum-fr"] == [team]


def test_what_is_no_longer_wanted_is_named_and_goes_only_with_prune(
    grafana: GrafanaServer,
) -> None:
    pushed(grafana, town(around=BOTH), site(MAIL))
    fewer = town(around=FRENCH), site()
    done = pushed(grafana, *fewer)
    left = {("leave", "fabnum-town-en"), ("leave", "fabnum-mail"), ("leave", "policy")}
    assert left <= set(steps(done))
    assert any("--prune" in line for line in report(done[0], dry_run=False))
    assert "fabnum-town-en" in grafana.place("Gonesse").boards
    place = grafana.place("Gonesse")
    pushed(grafana, *fewer, prune=True)
    assert place.boards.keys() == {"fabnum-town-fr", "fabnum-public-fr"}
    assert place.public.keys() == {"fabnum-public-fr"}
    own = grafana.place("Fablab du Val")
    assert own.contact_points == own.mute_timings == {}
    assert own.policy["routes"] == []
    assert steps(pushed(grafana, *fewer, prune=True)) == []


def test_without_addresses_grafana_tells_nobody(grafana: GrafanaServer) -> None:
    pushed(grafana, site())
    own = grafana.place("Fablab du Val")
    assert own.rules
    assert own.contact_points == own.mute_timings == {}
    assert "routes" not in own.policy


def test_alerts_can_be_changed_in_grafanas_pages(grafana: GrafanaServer) -> None:
    pushed(grafana, site(MAIL))
    writes = [call for call in grafana.changes if "/provisioning/" in call.path]
    assert writes
    assert all(call.editable for call in writes)


def test_a_new_organisation_without_alerting_is_waited_for() -> None:
    with GrafanaServer(ready_after=9) as server:
        pushed(server, site(MAIL))
        assert server.place("Fablab du Val").policy["routes"]


def test_whoever_saves_in_between_is_read_again(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    place = grafana.place("Gonesse")
    changed = town("Gonesse", board("town", title="Neu"), TOWN_BOARDS[1])
    struck: list[object] = []

    def somebody_saves(call: object) -> None:
        if getattr(call, "operation", "") == "post_dashboard" and not struck:
            struck.append(call)
            place.boards["fabnum-town-fr"]["dashboard"]["version"] += 1
            place.boards["fabnum-town-fr"]["dashboard"]["description"] = "Anders"

    grafana.override = somebody_saves
    pushed(grafana, changed)
    saves = [call.operation for call in grafana.calls if call.operation == "post_dashboard"]
    assert len(saves) == 2 + 2  # the first push made two; this one was refused once
    dashboard = place.boards["fabnum-town-fr"]["dashboard"]
    assert (dashboard["title"], dashboard["description"]) == ("Neu", "Un tableau.")


def test_an_organisation_made_by_somebody_else_is_entered(grafana: GrafanaServer) -> None:
    place = grafana.add_organisation("Gonesse", member=False)
    [looked] = pushed(grafana, town(), dry_run=True)
    assert (looked.entry, looked.steps) == ("change", ())
    assert grafana.changes == []
    [done] = pushed(grafana, town())
    assert done.entry == "change"
    assert place.boards
    place.members[grafana.user] = "Viewer"
    assert pushed(grafana, town())[0].entry == "change"
    assert place.members[grafana.user] == "Admin"


def test_a_database_that_grafana_cannot_reach_is_said(grafana: GrafanaServer) -> None:
    [good] = pushed(grafana, town())
    assert good.troubles == ()
    grafana.place("Gonesse").trouble = "dial tcp: lookup influx: no such host"
    [bad] = pushed(grafana, town())
    assert "no such host" in "\n".join(report(bad, dry_run=False))


def test_where_nothing_may_be_public_the_rest_is_pushed(grafana: GrafanaServer) -> None:
    refusal = (404, {"message": "Not found"})
    grafana.override = lambda call: refusal if "public-dashboards" in call.path else None
    done = pushed(grafana, town(), town("Hem"))
    assert [len(one.troubles) for one in done] == [1, 1]
    assert "grafana.ini" in "\n".join(report(done[0], dry_run=False))
    assert grafana.place("Hem").boards
    assert done[0].public == {}


# --- secrets -------------------------------------------------------------------------------------


def test_each_organisation_has_its_own_secret_alone(grafana: GrafanaServer) -> None:
    pushed(grafana, *everything())
    for name, slug in (("Gonesse", "gonesse"), ("Hem", "hem"), ("Fablab du Val", "_site")):
        place = grafana.place(name)
        assert place.secrets == {"fabnum": {"httpHeaderValue1": f"Token {TOKENS[slug]}"}}
        assert place.data_sources["fabnum"]["jsonData"]["dbName"] == f"fabnum_{slug}"
        others = [token for key, token in TOKENS.items() if key != slug]
        sent = [str(call.body) for call in grafana.calls if call.org == place.number]
        assert not any(other in body for other in others for body in sent)


def test_a_new_secret_is_written_and_an_old_one_is_not(grafana: GrafanaServer) -> None:
    pushed(grafana, town())
    place = grafana.place("Gonesse")
    place.data_sources["fabnum"].update(isDefault=True, version=5)
    grafana.forget_calls()
    pushed(grafana, town(secret=Secret("another token")))
    assert [call.operation for call in grafana.changes] == ["update_data_source_by_uid"]
    source = place.data_sources["fabnum"]
    assert (source["isDefault"], source["version"]) == (True, 6)
    assert place.secrets["fabnum"]["httpHeaderValue1"] == "Token another token"
    grafana.forget_calls()
    pushed(grafana, town(secret=Secret("another token")))
    assert grafana.changes == []


def test_a_login_becomes_a_token_when_influxdb_is_replaced(grafana: GrafanaServer) -> None:
    login = Secret("reader:pass:word", is_login=True)
    pushed(grafana, town(secret=login))
    place = grafana.place("Gonesse")
    assert place.data_sources["fabnum"]["user"] == "reader"
    assert place.secrets["fabnum"] == {"password": "pass:word"}
    pushed(grafana, town(secret=Secret("t")))
    assert place.data_sources["fabnum"]["user"] == ""
    grafana.forget_calls()
    pushed(grafana, town(secret=Secret("t")))
    assert grafana.changes == []


def test_no_secret_is_seen_anywhere(
    grafana: GrafanaServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    done = pushed(grafana, *everything())
    told = [line for one in done for line in report(one, dry_run=False)]
    seen = "\n".join([*told, caplog.text, repr(done), repr(everything()), *grafana.answers])
    seen += "\n".join(call.path + str(call.query) for call in grafana.calls)
    for secret in (*TOKENS.values(), grafana.password):
        assert secret not in seen


def test_the_mark_of_a_secret_does_not_tell_it(grafana: GrafanaServer) -> None:
    assert Secret("a").mark(b"1", "db") != Secret("a").mark(b"2", "db")
    assert Secret("a").mark(b"1", "db") != Secret("b").mark(b"1", "db")
    assert Secret("a").mark(b"1", "db") != Secret("a").mark(b"1", "other")
    assert "hush" not in repr(Secret("hush"))


def test_an_organisation_that_shows_another_town_is_refused(grafana: GrafanaServer) -> None:
    pushed(grafana, town("Gonesse"))
    place = grafana.place("Gonesse")
    place.name = "Hem"  # somebody called it so in Grafana
    before = grafana.state()
    for dry_run in (True, False):
        with pytest.raises(FabnumError, match="fabnum_gonesse"):
            pushed(grafana, town("Hem"), dry_run=dry_run)
    assert grafana.state() == before


def test_two_organisations_of_one_name_are_refused(grafana: GrafanaServer) -> None:
    with pytest.raises(FabnumError, match="would be called"):
        pushed(grafana, town("Hem"), town("HEM"))
    assert grafana.calls == []
