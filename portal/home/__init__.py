"""Pages that read everything and own nothing: start, area hub, *Heute*, legal pages, navigation, gallery."""
