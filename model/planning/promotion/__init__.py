"""Promotion: what each environment has, since when, what may go on to the next ring now, and what keeps the rest."""
