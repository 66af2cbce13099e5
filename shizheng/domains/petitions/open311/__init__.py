"""Open311 GeoReport v2: services, requests and tokens for other cities' programs, in XML and JSON."""
