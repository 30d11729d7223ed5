"""WALK: the list as a whole, read page after page.

`coverage` judges which jobs the pages hold between them, `last_page` how they end. Nothing here
judges what one number of a limit or a page means.
"""
