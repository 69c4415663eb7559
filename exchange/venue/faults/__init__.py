"""What can go wrong at the venue on demand."""
