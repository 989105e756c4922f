"""Real pages in the system's Chromium."""
