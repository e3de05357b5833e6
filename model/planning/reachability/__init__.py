"""Whether one end may reach another, from the files alone: routes, translations, firewalls, in the order of a packet.

What is answered is what the files bring about; what somebody has changed by hand since is not in them.
"""
