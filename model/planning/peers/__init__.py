"""The other side: what the sites' VPN devices have to be told, as their own configuration, from the same model.

`plan` says what one device needs for one environment; each further module writes it in the language of one make.

There is one set of files for each device and environment, and not one for each device: a change of dev is then a change
of dev's files alone, in review and on the device. Every name in a file carries the environment, so that the files of
all environments live on one device side by side; what they share (the device's ASN, router id and multipath settings)
is the same text in each, which a device takes again without a change.

A file holds no secret: where a pre-shared key belongs, it names the secret that holds it.
"""
