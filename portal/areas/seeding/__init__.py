"""The shipped facts about places: read from their files and written through the services."""
