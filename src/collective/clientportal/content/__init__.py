"""What is stored: schemas and classes, nothing else."""
