"""An invented market for checking linkage: other names, towns, goods, phrases and rates than the development data.

Written by hand for this check alone. Nothing about linkage is ever tuned on it: that is what makes it a check.
"""
