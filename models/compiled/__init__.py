"""Stage one for a whole catalogue at once: conditions in normal form, shared, and judged by array operations."""
