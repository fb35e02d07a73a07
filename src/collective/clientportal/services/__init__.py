"""REST: one module a noun; each service reads input, calls the domain and answers."""
