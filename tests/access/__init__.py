"""The declared matrix: who gets what answer at which address, by method, state and audience."""
