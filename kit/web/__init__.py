"""What every page of the kit is served with: strict headers, named files, the reader's language."""
