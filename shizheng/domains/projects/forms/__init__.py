"""Forms of tenders, one file a subject. Words for what is asked stand on the fields; what may be is for the actions."""
