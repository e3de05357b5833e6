"""Which of its routers' routes a VPC uses in a region (D21).

With dynamic routing REGIONAL a router's routes count in its own region alone; with GLOBAL in every region, at a cost
between regions that Google sets: 201 or more, growing with the distance. In STANDARD mode the cost breaks a tie that
the MED leaves (`bgp_inter_region_cost: DEFAULT`), in LEGACY mode it is added to the MED
(https://docs.cloud.google.com/network-connectivity/docs/router/concepts/learned-routes).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Final

from model.planning.bgp.convergence import Tables
from model.planning.bgp.network import Selection
from model.planning.bgp.selection import Choice, Route, choose

LEAST_COST: Final = 201
"""The lowest cost between two regions."""


def choice_in(
    region: str, routers: Mapping[str, str], tables: Tables, prefix: IPv4Network, *, routing_mode: str
) -> Choice:
    """Return what machines of `region` use for `prefix`, and why; without routes where they have none.

    `routers` are the VPC's Cloud Routers with their regions; all choose in one mode, the VPC's.
    """
    heard: dict[Route, int] = {}
    for name, place in routers.items():
        if place == region or routing_mode == "GLOBAL":
            cost = 0 if place == region else LEAST_COST
            for route in tables.choice(name, prefix).routes:
                heard[route] = min(cost, heard.get(route, cost))
    if not heard:
        return Choice(())
    mode = tables.network.speakers[next(iter(routers))].selection
    if mode is Selection.LEGACY:
        best = min(route.med + cost for route, cost in heard.items())
        left = sorted(route for route, cost in heard.items() if route.med + cost == best)
        lost = sorted(route.med + cost for route, cost in heard.items() if route.med + cost != best)
        return Choice(tuple(left), ("MED and cost", f"{best} before {lost[0]}") if lost else None)
    chosen = choose(mode, heard)
    nearest = min(heard[route] for route in chosen.routes)
    near = tuple(route for route in chosen.routes if heard[route] == nearest)
    if len(near) < len(chosen.routes):
        return Choice(near, ("region", "near before far"))
    # What a router left behind before the VPC looked is a reason too.
    first = (tables.choice(name, prefix).decided for name in routers)
    return Choice(near, chosen.decided or next((each for each in first if each is not None), None))


def used_in(
    region: str, routers: Mapping[str, str], tables: Tables, prefix: IPv4Network, *, routing_mode: str
) -> frozenset[str]:
    """Return the sessions that machines of `region` use for `prefix`, empty where they have no route."""
    chosen = choice_in(region, routers, tables, prefix, routing_mode=routing_mode)
    return frozenset(route.session for route in chosen.routes)
