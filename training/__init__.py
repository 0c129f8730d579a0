"""From past outcomes to a measured, promoted bundle."""
