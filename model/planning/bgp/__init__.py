"""BGP between the Cloud Router and the sites' devices: who tells whom what, and which path wins.

Plain data and arithmetic, no provider: `network` says who speaks, `selection` which of several routes wins,
`convergence` what everyone ends with when parts are down, `topology` derives all of it from the files, `failures` names
what can be lost, and `proof` judges it.

Sources: RFC 4271 section 9.1; Cloud Router's best path selection
(https://docs.cloud.google.com/network-connectivity/docs/router/concepts/learned-routes); FRR's route selection
(https://docs.frrouting.org/en/latest/bgp.html#route-selection).
"""
