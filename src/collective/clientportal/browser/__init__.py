"""Pages: one module a noun; each view reads input, calls the domain and answers."""
