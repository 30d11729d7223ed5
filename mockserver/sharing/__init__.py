"""Worlds that several servers share: kept fresh before each request, kept safe at each change."""
