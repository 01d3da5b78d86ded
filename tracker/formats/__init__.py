"""How dates are printed where no template says it."""
