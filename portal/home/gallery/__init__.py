"""The page `/gestaltung`: every component in every state, with invented content."""
