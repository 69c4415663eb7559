"""What a Play's rules say, in words, and what each part of them was at an instant."""
