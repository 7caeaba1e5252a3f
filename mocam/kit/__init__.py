"""The recovery kit on paper: what stands on the page, and the page as HTML and PDF."""
