"""View models: each page's data as frozen values, masked by role here so that pages only draw."""
