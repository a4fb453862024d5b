"""Estate files that programs send in: kept, loaded by whoever runs jobs, and what became of each line."""
