"""Which subnets fit into the network, whatever the network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from infra.address_plan import default_subnets, free_subnet, subnet_problem

VNETS = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.255.255.255"))),
    st.integers(16, 24),
)


@given(vnet=VNETS)
def test_the_default_subnets_always_fit(vnet: IPv4Network) -> None:
    public, private = default_subnets(vnet)

    assert subnet_problem(public, vnet, None) is None
    assert subnet_problem(private, vnet, public) is None


@given(vnet=VNETS, data=st.data())
def test_the_subnet_that_an_error_offers_fits_beside_the_other_one(
    vnet: IPv4Network, data: st.DataObject
) -> None:
    prefix = data.draw(st.integers(vnet.prefixlen + 1, 26))
    count = 2 ** (prefix - vnet.prefixlen)
    index = data.draw(st.integers(0, count - 1))
    other = IPv4Network((int(vnet.network_address) + index * 2 ** (32 - prefix), prefix))

    assert subnet_problem(free_subnet(vnet, other), vnet, other) is None
