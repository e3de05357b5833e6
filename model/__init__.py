"""What the platform is: typed, frozen descriptions of its environments, and the rules that hold over them.

Pure Python: nothing here knows Pulumi, an Output or a provider.
"""
