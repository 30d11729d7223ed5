"""What is the jobs API's own: its words for errors and fixtures, and jobs as views of records."""
