"""Rules that look at several configuration keys at once, or into a table.

Each takes a value that is good by itself and the keys before it that are good, as pydantic's
validators do, and returns the value or refuses it.
"""

from __future__ import annotations

from difflib import get_close_matches
from ipaddress import IPv4Network

from pydantic import ValidationInfo

from infra import address_plan
from infra.naming import NAME_RULES_URL, ResourceNames
from infra.runtimes import SOURCE, find_runtime, known_keys
from infra.settings_errors import broken

TAG_LIMIT = 50
"""Tags that one Azure resource takes.
https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"""

OWN_TAGS = ("project", "environment", "managed-by", "owner", "commit")
"""Tags that the program sets itself."""


def names_fit(environment: str, others: ValidationInfo) -> str:
    """Every composed name is one that Azure takes."""
    if base_name := others.data.get("base_name"):
        refused = list(ResourceNames.compose(base_name, environment).violations())
        if refused:
            raise broken(
                f"short enough, beside baseName {base_name!r}, for every name it is part of"
                + "".join(f"\n          {sentence}" for sentence in refused)
                + f"\n          see {NAME_RULES_URL}"
            )
    return environment


def vnet_takes_databricks(vnet: IPv4Network) -> IPv4Network:
    """The network has a size that Databricks can be injected into."""
    if not address_plan.LARGEST_VNET <= vnet.prefixlen <= address_plan.SMALLEST_VNET:
        raise broken(
            f"a range from /{address_plan.LARGEST_VNET} to /{address_plan.SMALLEST_VNET}: "
            "Databricks asks for it"
        )
    return vnet


def public_subnet_fits(subnet: IPv4Network | None, others: ValidationInfo) -> IPv4Network | None:
    """The public subnet is large enough and inside the network."""
    vnet = others.data.get("vnet_address_space")
    if subnet is not None:
        _check_subnet(subnet, vnet, None)
    return subnet


def private_subnet_fits(subnet: IPv4Network | None, others: ValidationInfo) -> IPv4Network | None:
    """The private subnet, given or a quarter, is so too, and beside the public one."""
    vnet = others.data.get("vnet_address_space")
    quarters = address_plan.default_subnets(vnet) if vnet else (None, None)
    # Absent if it was refused, and then there is nothing to compare with.
    public = others.data["public_subnet"] or quarters[0] if "public_subnet" in others.data else None
    private = subnet or quarters[1]
    if private is not None:
        _check_subnet(private, vnet, public)
    return subnet


def _check_subnet(subnet: IPv4Network, vnet: IPv4Network | None, other: IPv4Network | None) -> None:
    problem = address_plan.subnet_problem(subnet, vnet, other)
    if problem:
        good = address_plan.free_subnet(vnet, other) if vnet else None
        raise broken(problem, good_value=str(good) if good else None)


def renewal_comes_before_the_end(days: int, others: ValidationInfo) -> int:
    """The token lives for a while before it is due for renewal."""
    lifetime = others.data.get("token_lifetime_days")
    if lifetime is not None and days >= lifetime:
        raise broken(f"less than tokenLifetimeDays, {lifetime}", good_value=str(lifetime // 3))
    return days


def runtime_is_known(key: str) -> str:
    """The runtime is one whose support is known."""
    if find_runtime(key) is None:
        near = get_close_matches(key, known_keys(), n=1)
        raise broken(
            "the key of a Databricks Runtime with long-term support: "
            f"{', '.join(known_keys())}, or a variant of one; see {SOURCE}",
            good_value=near[0] if near else None,
        )
    return key


def pool_holds_idle(capacity: int, others: ValidationInfo) -> int:
    """The pool has room for the machines that it keeps ready."""
    idle = others.data.get("pool_min_idle_instances", 0)
    if capacity < idle:
        raise broken(f"at least poolMinIdleInstances, {idle}", good_value=str(idle))
    return capacity


def pool_holds_cluster(workers: int, others: ValidationInfo) -> int:
    """The pool has room for the declared cluster: its driver and its workers."""
    capacity = others.data.get("pool_max_capacity")
    is_declared = others.data.get("cluster_mode") == "singleUser"
    if is_declared and capacity is not None and capacity < workers + 1:
        rule = f"less than poolMaxCapacity, {capacity}: the driver takes a machine too"
        if capacity == 1:
            raise broken(f"{rule}; so poolMaxCapacity must be 2 at least")
        raise broken(rule, good_value=str(capacity - 1))
    return workers


def tag_is_free(name: str) -> str:
    """The tag is none of the program's own."""
    if name.lower() in OWN_TAGS:
        raise broken(f"not a tag that the program sets itself: {', '.join(OWN_TAGS)}")
    return name


def tags_fit(tags: dict[str, str]) -> dict[str, str]:
    """A resource takes them all, with the program's own."""
    if len(tags) > (free := TAG_LIMIT - len(OWN_TAGS)):
        raise broken(f"at most {free} tags")
    return tags
