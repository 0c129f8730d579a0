"""Static checks of a catalogue: rules that nobody can meet, numbers in a text that stand nowhere in its condition."""
