"""Reading what other programs may have: posts of feeds, addresses of the sitemap."""
