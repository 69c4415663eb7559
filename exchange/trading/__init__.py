"""What a gateway at a venue knows of its account, and decides about it: pure, synchronous."""
