"""What publishers and departments deliver: batches from reading to taking over and back, and when the next is due."""
