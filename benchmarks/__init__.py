"""What aicheck costs, as ratios against a peer in the same run. Run with `make bench`; nothing here is a test."""
