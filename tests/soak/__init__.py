"""Long runs of random input; each has a bounded version in the test command."""
