"""What a proposal rests on: gathered, counted, named and linked, from the finding to the source and back."""
