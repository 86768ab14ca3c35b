"""A question in InfluxQL as Grafana's dashboards hold it: the query class that the SDK lacks.

Source: Grafana, ``pkg/tsdb/influxdb/models/model_parser.go`` (the names it reads) and "InfluxDB
query editor", Grafana documentation (alias patterns, result formats).
"""

from typing import Any, Literal, Self

from grafana_foundation_sdk.cog import plugins, runtime
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

SOURCE_TYPE = "influxdb"
SOURCE_UID = "fabnum"
"""Each organisation has one data source of this uid, with a token that reads its data alone."""

Format = Literal["time_series", "table"]
"""``time_series``: a frame for each line, named by the alias. ``table``: one frame, a row for each
value, with the columns ``Time``, the tags and what the question names its value."""


def source() -> DataSourceRef:
    """Return the reference to the data source of whichever organisation holds the board."""
    return DataSourceRef(type_val=SOURCE_TYPE, uid=SOURCE_UID)


class InfluxQL(Dataquery):
    """One raw InfluxQL question. ``$tag_place`` in ``alias`` stands for the value of that tag."""

    def __init__(  # noqa: PLR0913 - all that such a question has
        self,
        query: str = "",
        ref_id: str = "A",
        *,
        alias: str = "",
        result_format: Format = "time_series",
        hide: bool = False,
        datasource: DataSourceRef | None = None,
    ) -> None:
        self.query = query
        self.ref_id = ref_id
        self.alias = alias
        self.result_format = result_format
        self.hide = hide
        self.datasource = datasource or source()

    def __eq__(self, other: object) -> bool:
        """Whether it is the same question, shown in the same way."""
        return isinstance(other, InfluxQL) and self._all() == other._all()

    __hash__ = None  # type: ignore[assignment]  # its builder changes it

    def to_json(self) -> dict[str, object]:
        """Return what the dashboard's JSON holds."""
        return {
            "refId": self.ref_id,
            "datasource": self.datasource,
            "query": self.query,
            "rawQuery": True,
            "resultFormat": self.result_format,
            **({"alias": self.alias} if self.alias else {}),
            **({"hide": True} if self.hide else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read it back. Raises ValueError if it is a question made by clicking, not a raw one."""
        if not data.get("rawQuery"):
            raise ValueError(f"query {data.get('refId')} is not a raw one")
        return cls(
            query=data["query"],
            ref_id=data["refId"],
            alias=data.get("alias", ""),
            result_format=data.get("resultFormat", "time_series"),
            hide=data.get("hide", False),
            datasource=DataSourceRef.from_json(data["datasource"]),
        )

    def _all(self) -> dict[str, object]:
        return {**self.to_json(), "datasource": self.datasource.to_json()}


class InfluxQLBuilder(Builder[InfluxQL]):
    """Builds an :class:`InfluxQL` as the SDK's builders do: ``InfluxQLBuilder().query("…")``."""

    def __init__(self) -> None:
        self._internal = InfluxQL()

    def build(self) -> InfluxQL:
        """Return the question."""
        return self._internal

    def query(self, query: str) -> Self:
        """Set the InfluxQL; ``$timeFilter`` and ``$__interval`` are put in by Grafana."""
        self._internal.query = query
        return self

    def ref_id(self, ref_id: str) -> Self:
        """Set the name by which overrides and transformations call it: A, B and so on."""
        self._internal.ref_id = ref_id
        return self

    def alias(self, alias: str) -> Self:
        """Set how its lines are named (``time_series`` alone)."""
        self._internal.alias = alias
        return self

    def result_format(self, result_format: Format) -> Self:
        """Set how the answer is laid out."""
        self._internal.result_format = result_format
        return self

    def hide(self, hide: bool) -> Self:
        """Set whether it is left out of the panel."""
        self._internal.hide = hide
        return self

    def datasource(self, datasource: DataSourceRef) -> Self:
        """Set another data source than that of the organisation."""
        self._internal.datasource = datasource
        return self


def variant_config() -> runtime.DataqueryConfig:
    """Return how the SDK reads such a question back, as its own queries do."""
    return runtime.DataqueryConfig(identifier=SOURCE_TYPE, from_json_hook=InfluxQL.from_json)


def register() -> None:
    """Make the SDK read dashboards back into the classes they were made of, these included."""
    plugins.register_default_plugins()
    runtime.register_dataquery_variant(variant_config())
