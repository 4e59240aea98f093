"""The replication table: what the original study reports beside what this project finds."""
