"""Facts about the providers: what their resources and lookups are called, take, refuse, fill in and give back.

`data/` is made from the providers' published schemas by `python -m rehearsal.facts.generate`; `constraints/` is kept by
hand. Start at `Catalogue.load("gcp")`.
"""

from rehearsal.facts.catalogue import Catalogue, FunctionFacts, ResourceFacts, UnknownProviderError
from rehearsal.facts.constraints import ConstraintError, Constraints
from rehearsal.facts.shapes import FieldFacts, ObjectFacts, TypeSpec

__all__ = [
    "Catalogue",
    "ConstraintError",
    "Constraints",
    "FieldFacts",
    "FunctionFacts",
    "ObjectFacts",
    "ResourceFacts",
    "TypeSpec",
    "UnknownProviderError",
]
