"""A fuzzer of the local cloud: real requests of a recorded deploy and of every operation, mutated."""
