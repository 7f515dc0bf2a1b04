"""Amazon's report files: any header variant and encoding, mapped by header name and never by position."""
