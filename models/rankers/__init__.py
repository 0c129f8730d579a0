"""Models that order grants: baselines, linear, boosted trees, their calibration and their files."""
