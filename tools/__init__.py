"""Programs for those who work on this repository; no package contains them."""
