"""The redundant HA VPN between an environment's VPC and the sites (D1 to D20).

The far side is not ours to change: its devices get their part from the order sheet, made of the same model. BFD is not
supported on HA VPN sessions, so failover takes the hold time, three keepalives (D14).
"""

from components.vpn.drill import disabled_peers
from components.vpn.vpn import Vpn

__all__ = ["Vpn", "disabled_peers"]
