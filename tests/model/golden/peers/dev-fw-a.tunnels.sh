#!/bin/sh
# fw-a at oslo1: VPN to dev, t0-if0-fw-a.
# Generated from the stack files by ./hybrid vpn peers dev; change those, not this.
# What stands in angle brackets is for you to put in: keys, from where they are kept; addresses that
# were not known yet.
# Runs before strongSwan starts, and again after a change.
set -eu

# t0-if0-fw-a
ip link show gcp5120 >/dev/null 2>&1 || ip link add gcp5120 type xfrm if_id 5120
ip link set gcp5120 mtu 1406 up
ip address replace 169.254.20.2/30 dev gcp5120
sysctl -q -w net.ipv4.conf.gcp5120.disable_policy=1
sysctl -q -w net.ipv4.conf.gcp5120.rp_filter=2

sysctl -q -w net.ipv4.ip_forward=1
# Both devices of a flow choose among equal tunnels by its ports too.
sysctl -q -w net.ipv4.fib_multipath_hash_policy=1
nft delete table inet vpn-dev 2>/dev/null || true
nft -f - <<'END'
table inet vpn-dev {
    chain forward {
        type filter hook forward priority mangle; policy accept;
        oifname { "gcp5120" } tcp flags syn tcp option maxseg size set 1366
        iifname { "gcp5120" } tcp flags syn tcp option maxseg size set 1366
    }
}
END
