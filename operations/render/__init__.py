"""`./hybrid render`: the files of gkeadm and gkectl, written from the model."""
