"""What people do around `pulumi`, and the command line that offers it."""
