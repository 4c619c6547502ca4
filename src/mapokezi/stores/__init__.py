"""The database and the office's folder: SQL stands here and nowhere else."""
