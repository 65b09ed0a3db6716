"""What makes the samples, the letterheads and the pictures anew, and plays a newcomer."""
