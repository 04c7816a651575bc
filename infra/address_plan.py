"""Which addresses the network has and which of them its two Databricks subnets take.

Pure functions. Azure reserves five addresses of every subnet, and Databricks needs two for each
machine, one in either subnet: a /26 holds 59 machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice

SOURCE = (
    "https://learn.microsoft.com/azure/databricks/security/network/classic/vnet-inject"
    "#virtual-network-requirements"
)
LARGEST_VNET, SMALLEST_VNET = 16, 24
"""Prefix lengths that Databricks accepts for the network it is injected into."""
SMALLEST_SUBNET = 26
"""Longest prefix of a Databricks subnet."""


@dataclass(frozen=True, kw_only=True)
class AddressPlan:
    """The network's range and its two subnets. :func:`subnet_problem` says what is wrong."""

    vnet: IPv4Network
    public_subnet: IPv4Network
    """Of the cluster hosts; "public" is Databricks' word, it has no public addresses."""
    private_subnet: IPv4Network
    """Of the containers on those hosts."""


def default_subnets(vnet: IPv4Network) -> tuple[IPv4Network, IPv4Network]:
    """The first two quarters of the network, for the public and the private subnet."""
    first, second = islice(vnet.subnets(prefixlen_diff=2), 2)
    return first, second


def subnet_problem(
    subnet: IPv4Network, vnet: IPv4Network | None, other: IPv4Network | None
) -> str | None:
    """The rule that a subnet breaks, None if it breaks none.

    Args:
        subnet: the subnet in question.
        vnet: the network's range, None if that is no good itself.
        other: the other Databricks subnet, None if it is not known.
    """
    if subnet.prefixlen > SMALLEST_SUBNET:
        return f"a range of /{SMALLEST_SUBNET} or larger: Databricks asks for it, see {SOURCE}"
    if vnet is not None and not subnet.subnet_of(vnet):
        return f"a range inside vnetAddressSpace, {vnet}"
    if other is not None and subnet.overlaps(other):
        return f"a range that does not overlap with the other Databricks subnet, {other}"
    return None


def free_subnet(vnet: IPv4Network, other: IPv4Network | None) -> IPv4Network:
    """A good subnet of the network beside another one, for the hint in an error."""
    quarters = vnet.subnets(prefixlen_diff=2)
    return next(quarter for quarter in quarters if other is None or not quarter.overlaps(other))
