"""What holds between processes: they share a database and nothing else."""
