"""`./hybrid vpn`: what is asked about the link between the sites and the cloud; a module for each subcommand."""
