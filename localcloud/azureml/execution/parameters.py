"""Values of a run: the pipeline's parameters, a step's settings, the notebook's own widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from localcloud.azureml.execution.graph import Assignment, DataPath, GraphInterface
from localcloud.azureml.wire import bad_request

_OVERRIDE_PREFIX = "_AML_PARAMETER_"
_NOTEBOOK_PARAMETERS = frozenset({"notebook_path", "base_parameters"})
_CLUSTER_SETTINGS = frozenset(
    {
        "cluster_log_dbfs_path",
        "compute_name",
        "egg_libraries",
        "existing_cluster_id",
        "init_scripts",
        "instance_pool_id",
        "jar_libraries",
        "maven_libraries",
        "max_workers",
        "min_workers",
        "node_type_id",
        "num_workers",
        "permit_cluster_restart",
        "pypi_libraries",
        "rcran_libraries",
        "run_name",
        "spark_conf",
        "spark_env_vars",
        "spark_version",
        "timeout_seconds",
    }
)
"""What a DatabricksStep can say about its cluster (azureml-pipeline-steps 1.62)."""

_NUMBERS = ("timeout_seconds", "num_workers", "min_workers", "max_workers")
_PAIRS = ("spark_conf", "spark_env_vars")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Values of the pipeline's parameters for one run."""

    values: Mapping[str, str]
    paths: Mapping[str, DataPath]

    @classmethod
    def of(
        cls,
        interface: GraphInterface,
        values: Mapping[str, str],
        paths: Mapping[str, DataPath],
    ) -> Parameters:
        """Defaults with a run's own values over them.

        Raises:
            CloudError: 400 if the run gives a parameter that the pipeline does not have.
        """
        defaults = {each.name: each.default_value or "" for each in interface.parameters}
        default_paths = {
            each.name: each.default_value
            for each in interface.data_path_parameters
            if each.default_value is not None
        }
        known = [*defaults, *(each.name for each in interface.data_path_parameters)]
        for name in (*values, *paths):
            if name not in known:
                raise bad_request(f"the pipeline has no parameter {name!r}{_near(name, known)}")
        return cls(values={**defaults, **values}, paths={**default_paths, **paths})

    def resolve(self, step: str, assignment: Assignment) -> str:
        """The value that an assignment means in this run.

        Raises:
            CloudError: 400 if it names no parameter of the pipeline or is of an unknown kind.
        """
        if assignment.is_literal:
            return assignment.value or ""
        if not assignment.names_pipeline_parameter:
            raise bad_request(
                f"step {step!r}: parameter {assignment.name!r} has a value of type "
                f"{assignment.value_type!r}; localcloud knows literals and pipeline parameters"
            )
        name = assignment.value or ""
        if name not in self.values:
            raise bad_request(
                f"step {step!r}: parameter {assignment.name!r} takes its value from pipeline "
                f"parameter {name!r}, which the pipeline does not have{_near(name, self.values)}"
            )
        return self.values[name]


def check_settings(step: str, notebook: Mapping[str, str], cluster: Mapping[str, str]) -> None:
    """Check a step's resolved parameters: the notebook's and the cluster's.

    Raises:
        CloudError: 400, naming the step and the setting.
    """
    if "notebook_path" not in notebook:
        raise bad_request(f"step {step!r} runs no notebook; localcloud runs notebooks only")
    unknown = [
        name
        for name in notebook
        if name not in _NOTEBOOK_PARAMETERS and not name.startswith(_OVERRIDE_PREFIX)
    ]
    unknown += [name for name in cluster if name not in _CLUSTER_SETTINGS]
    if unknown:
        raise bad_request(f"step {step!r} has settings that localcloud does not know: {unknown}")
    _check_values(step, cluster)


def _check_values(step: str, cluster: Mapping[str, str]) -> None:
    for name in _NUMBERS:
        if name in cluster and not cluster[name].isdigit():
            raise bad_request(f"step {step!r}: {name} must be a number, not {cluster[name]!r}")
    for name in _PAIRS:
        for pair in filter(None, cluster.get(name, "").split(";")):
            if "=" not in pair:
                raise bad_request(f"step {step!r}: {name} is not k=v;k=v: {pair!r} holds no '='")


def notebook_parameters(step: str, notebook: Mapping[str, str]) -> dict[str, str]:
    """Widgets of the author: ``k=v;k=v`` without escaping, then values of this run over them.

    Raises:
        CloudError: 400 if a part holds no ``=``.
    """
    widgets = {}
    for pair in filter(None, notebook.get("base_parameters", "").split(";")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise bad_request(
                f"step {step!r}: notebook parameters are joined as k=v;k=v without escaping, and "
                f"{pair!r} holds no '='; values must not contain ';'"
            )
        widgets[key] = value
    for name, value in notebook.items():
        if name.startswith(_OVERRIDE_PREFIX):
            widgets[name.removeprefix(_OVERRIDE_PREFIX)] = value
    return widgets


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
