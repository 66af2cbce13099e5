"""The demonstration city 嵐川市: small, ours, fictitious. Plans are texts read by the importer; the clock is set to their days."""
