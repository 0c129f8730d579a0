"""Why a grant stands where it stands, and what to do next, in sentences."""
