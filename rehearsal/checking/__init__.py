"""How `rehearsal.check` decides, one idea a module: values, groups of inputs, formats, names."""
