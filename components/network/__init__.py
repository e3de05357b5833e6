"""The VPC of an environment and what lies in it; the VPN is `components/vpn`.

The projects exist already: services are enabled in them, and never disabled. The network project is the Shared VPC
host, the cluster project its service project (C50 to C53). Internal names are forwarded to the sites' name servers, so
no record of the internal zone is made here.
"""

from components.network.network import Network

__all__ = ["Network"]
