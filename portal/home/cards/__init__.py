"""What *Heute*, *Mein Bereich*, the start page and the pages of places say of each feature, as plain values."""
