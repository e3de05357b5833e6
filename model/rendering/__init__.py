"""The files of gkeadm and gkectl, rendered from the model as plain data, and what each release accepts in them."""
