"""The one road to disk and to other stores: whole files or none, one writer at a time, names all systems take."""
