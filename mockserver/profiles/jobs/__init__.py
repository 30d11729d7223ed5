"""What is the jobs API's own: its words for errors and fixtures, and how tests steer jobs.

Here belongs all that knows organizations, projects, jobs and users by name.
"""
